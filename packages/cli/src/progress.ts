import type { JobResource } from './api';
import { printable } from './printable';

/** Width of a terminal that does not report one. */
const DEFAULT_COLUMNS = 80;

/** Progress on stderr: one updated line on a terminal, otherwise a line per status change. */
export class Progress {
  private readonly live = process.stderr.isTTY;
  private status: string | undefined;

  show(job: JobResource): void {
    this.update(printable(`${job.filename}: ${job.status}`), framesOf(job), job.status);
  }

  /** @param details shown on a terminal only */
  update(text: string, details = '', status = text): void {
    if (this.live) {
      const line = `${text}${details}`.slice(0, (process.stderr.columns || DEFAULT_COLUMNS) - 1);
      process.stderr.write(`\r\x1b[2K${line}`);
    } else if (status !== this.status) {
      process.stderr.write(`${text}\n`);
    }
    this.status = status;
  }

  /** Prints a line that later progress does not overwrite. */
  log(text: string): void {
    this.clear();
    process.stderr.write(`${printable(text)}\n`);
  }

  clear(): void {
    if (this.live && this.status !== undefined) process.stderr.write('\r\x1b[2K');
  }
}

export function framesOf({ progress }: Pick<JobResource, 'progress'>): string {
  if (!progress?.total) return '';
  const percent = Math.floor((100 * progress.done) / progress.total);
  return ` ${progress.done} of ${progress.total} frames (${percent} %)`;
}
