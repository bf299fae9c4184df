import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { SILENCE_MS } from '#http';
import { PROBE_TIMEOUT_MS } from '#media';
import { Workspace } from '#workspace';

/**
 * Age from which nobody can be at work on an upload. Nothing is written to one for as long as its line may be silent,
 * then while it is examined, and then while it waits for the disk, the database and a busy machine: ten times the
 * first two is far more than all of it.
 */
const LEFT_BEHIND_MS = 10 * (SILENCE_MS + PROBE_TIMEOUT_MS);

const EVERY_MS = 10 * 60_000;

/** Removes uploads whose process was killed in the middle: at the start and from time to time, on all replicas alike. */
@Injectable()
export class IncomingSweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('uploads');
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly workspace: Workspace) {}

  onApplicationBootstrap(): void {
    void this.sweep();
    this.timer = setInterval(() => void this.sweep(), EVERY_MS);
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async sweep(): Promise<void> {
    try {
      const swept = await this.workspace.sweepIncoming(LEFT_BEHIND_MS);
      if (swept > 0) this.logger.log(`Removed ${swept} uploads that were left behind.`);
    } catch (error) {
      // a volume that is away is told by /readyz; the next time will do
      this.logger.warn(`Uploads left behind could not be looked for: ${String(error)}`);
    }
  }
}
