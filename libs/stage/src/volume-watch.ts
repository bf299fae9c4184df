import type { LoggerService } from '@nestjs/common';
import { StateLog } from '#telemetry';
import { isVolumeFault, type Workspace } from '#workspace';

/** How to release a job that waits for the volume: with a delay, so that one too large for it does not block others. */
export const VOLUME_FAULT = {
  delayMs: 5_000,
  error: {
    code: 'VOLUME_FAULT',
    message: 'The volume was full or not writable. The job resumes when the volume is usable again.',
  },
} as const;

/** Tracks whether the volume is usable, and logs changes. */
export class VolumeWatch {
  private readonly state: StateLog;
  private suspected = false;

  constructor(
    private readonly workspace: Workspace,
    logger: LoggerService,
  ) {
    this.state = new StateLog(logger, 'The volume is unusable');
  }

  /** Whether an attempt can start. After an error caused by the volume, this includes a test write. */
  async isUsable(): Promise<boolean> {
    try {
      await this.workspace.checkSpace();
      if (this.suspected) await this.workspace.check();
      this.suspected = false;
      this.state.worked();
      return true;
    } catch (error) {
      this.state.failed(error);
      return false;
    }
  }

  /** Whether the volume caused an error: according to the error itself, or because the volume is not writable now. */
  async hasCaused(error: unknown): Promise<boolean> {
    const fault = isVolumeFault(error)
      ? error
      : await this.workspace.check().catch((checkError: unknown) => checkError);
    if (fault === undefined) return false;
    this.suspected = true;
    this.state.failed(fault);
    return true;
  }
}
