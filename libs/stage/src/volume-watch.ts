import type { LoggerService } from '@nestjs/common';
import { StateLog } from '#telemetry';
import { isVolumeFault, type Workspace } from '#workspace';

/** How a job is given back that waits for the volume: not at once, lest one that is too large for it keep others out. */
export const VOLUME_FAULT = {
  delayMs: 5_000,
  error: {
    code: 'VOLUME_FAULT',
    message: 'The volume was full or could not be written. The job resumes when it can be used again.',
  },
} as const;

/** Knows whether the volume can be worked on, and says when that changes. */
export class VolumeWatch {
  private readonly state: StateLog;
  private suspected = false;

  constructor(
    private readonly workspace: Workspace,
    logger: LoggerService,
  ) {
    this.state = new StateLog(logger, 'The volume cannot be worked on');
  }

  /** Whether an attempt can begin. After one that failed by the volume's fault, it has to be written to first. */
  async isFit(): Promise<boolean> {
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

  /** Whether an attempt failed by the volume's fault: by what it says, or because nothing can be written now. */
  async isToBlame(failure: unknown): Promise<boolean> {
    const fault = isVolumeFault(failure)
      ? failure
      : await this.workspace.check().catch((error: unknown) => error);
    if (fault === undefined) return false;
    this.suspected = true;
    this.state.failed(fault);
    return true;
  }
}
