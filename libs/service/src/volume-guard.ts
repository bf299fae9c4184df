import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { BoxreelError } from '#errors';
import { StateLog } from '#telemetry';
import { MARK, Workspace, makeMark, readMark } from '#workspace';

const COLLECTION = 'hs_volume';

/** A volume that cannot be read is waited for, with looks this far apart. */
const LOOK_EVERY_MS = 2_000;

interface Volume {
  readonly _id: string;
  readonly mark: string;
}

/** The volume and the database do not belong together. Nothing was read or written. */
export class WrongVolumeError extends BoxreelError {
  constructor(message: string) {
    super('WRONG_VOLUME', message);
  }
}

/**
 * Makes sure, before anything else happens, that the volume is the one the database knows: where nothing is mounted
 * there is an empty folder, on which every job would seem to have lost its files. The first service to start on a new
 * volume and a new database marks both.
 */
@Injectable()
export class VolumeGuard implements OnModuleInit {
  /** Another node's mark may take so long to be seen: network file systems remember what was not there. */
  protected readonly markAppearsInMs: number = 5_000;

  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly workspace: Workspace,
  ) {}

  /** @throws WrongVolumeError with the cure */
  async onModuleInit(): Promise<void> {
    const state = new StateLog(new Logger('volume'), 'The volume or the database cannot be used');
    for (;;) {
      try {
        await this.compare();
        state.worked();
        return;
      } catch (error) {
        if (error instanceof WrongVolumeError) throw error;
        state.failed(error);
        await delay(LOOK_EVERY_MS);
      }
    }
  }

  private async compare(): Promise<void> {
    const { root } = this.workspace;
    let mark = await readMark(root);
    if (mark === undefined && (await this.known()) !== undefined) {
      // Whoever marked the database had marked the volume before.
      await delay(this.markAppearsInMs);
      mark = await readMark(root);
      if (mark === undefined) {
        throw new WrongVolumeError(
          `${root} (VOLUME_DIR) is not the volume that the database ${this.connection.name} knows: there is no ${MARK} in it. ` +
            'Is it mounted? To start over with this folder, without the files of earlier jobs, ' +
            `remove the document of the collection ${COLLECTION}.`,
        );
      }
    }
    mark ??= await makeMark(root);
    const known = await this.know(mark);
    if (known !== mark) {
      throw new WrongVolumeError(
        `${root} (VOLUME_DIR) belongs to another database than ${this.connection.name}: its ${MARK} is another one. ` +
          'Are VOLUME_DIR, MONGODB_URI and MONGODB_DB right? To put them together from now on, ' +
          `remove that file and the document of the collection ${COLLECTION}.`,
      );
    }
    this.workspace.expectMark(mark);
  }

  private async known(): Promise<string | undefined> {
    return (await this.volumes.findOne({ _id: 'volume' }))?.mark;
  }

  /** @returns the mark in the database, which is this one if there was none */
  private async know(mark: string): Promise<string | undefined> {
    const found = await this.volumes.findOneAndUpdate(
      { _id: 'volume' },
      { $setOnInsert: { mark } },
      { upsert: true, returnDocument: 'after' },
    );
    return found?.mark;
  }

  private get volumes() {
    return this.connection.collection<Volume>(COLLECTION);
  }
}
