import type { JobResource } from './api';
import { printable } from './printable';

/** Of a terminal that does not say how wide it is. */
const USUAL_COLUMNS = 80;

/** What is going on, on stderr: on a terminal one line that changes, elsewhere a line whenever the status does. */
export class Progress {
  private readonly live = process.stderr.isTTY;
  private status: string | undefined;

  show(job: JobResource): void {
    const text = printable(`${job.filename}: ${job.status}`);
    if (this.live) {
      const line = `${text}${framesOf(job)}`.slice(0, (process.stderr.columns || USUAL_COLUMNS) - 1);
      process.stderr.write(`\r\x1b[2K${line}`);
    } else if (job.status !== this.status) {
      process.stderr.write(`${text}\n`);
    }
    this.status = job.status;
  }

  /** A line of its own. */
  say(text: string): void {
    this.clear();
    process.stderr.write(`${printable(text)}\n`);
  }

  clear(): void {
    if (this.live && this.status !== undefined) process.stderr.write('\r\x1b[2K');
  }
}

function framesOf({ progress }: JobResource): string {
  if (!progress?.total) return '';
  const percent = Math.floor((100 * progress.done) / progress.total);
  return ` ${progress.done} of ${progress.total} frames (${percent} %)`;
}
