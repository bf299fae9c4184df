import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { BoxreelError } from '#errors';
import { VolumeMarks } from '#jobs';
import { StateLog } from '#telemetry';
import { MARK, Workspace, makeMark, readMark } from '#workspace';

/** Time between checks while the volume cannot be read. */
const RETRY_MS = 2_000;

/** The volume and the database do not belong together. Nothing was read or written. */
export class WrongVolumeError extends BoxreelError {
  constructor(message: string) {
    super('WRONG_VOLUME', message);
  }
}

/**
 * Checks at startup that the volume belongs to the database. Without its mount, the folder is empty and every job would
 * seem to have lost its files. The first service on a new volume and a new database marks both.
 */
@Injectable()
export class VolumeGuard implements OnModuleInit {
  /** How long a mark of another node may take to appear: network file systems cache missing files. */
  protected readonly markAppearsInMs: number = 5_000;

  constructor(
    private readonly marks: VolumeMarks,
    private readonly workspace: Workspace,
  ) {}

  /** @throws WrongVolumeError, which says what to do */
  async onModuleInit(): Promise<void> {
    const state = new StateLog(new Logger('volume'), 'Cannot use the volume or the database');
    for (;;) {
      try {
        await this.compare();
        state.worked();
        return;
      } catch (error) {
        if (error instanceof WrongVolumeError) throw error;
        state.failed(error);
        await delay(RETRY_MS);
      }
    }
  }

  private async compare(): Promise<void> {
    const { root } = this.workspace;
    let mark = await readMark(root);
    if (mark === undefined && (await this.marks.find()) !== undefined) {
      // The volume is always marked before the database.
      await delay(this.markAppearsInMs);
      mark = await readMark(root);
      if (mark === undefined) {
        throw new WrongVolumeError(
          `${root} (VOLUME_DIR) is not the volume of the database ${this.marks.databaseName}: it has no ${MARK}. ` +
            'Is the volume mounted? To start over with this folder, without the files of earlier jobs, ' +
            `remove the document in the collection ${this.marks.collection}.`,
        );
      }
    }
    mark ??= await makeMark(root);
    const stored = await this.marks.store(mark);
    if (stored !== mark) {
      throw new WrongVolumeError(
        `${root} (VOLUME_DIR) belongs to a different database, not ${this.marks.databaseName}: its ${MARK} differs. ` +
          'Are VOLUME_DIR, MONGODB_URI and MONGODB_DB correct? To use them together, ' +
          `remove that file and the document in the collection ${this.marks.collection}.`,
      );
    }
    this.workspace.expectMark(mark);
  }
}
