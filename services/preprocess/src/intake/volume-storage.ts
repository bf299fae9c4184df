import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Request } from 'express';
import type { StorageEngine } from 'multer';
import type { Arrival, Workspace } from '#workspace';

/** A file that has arrived on the volume. */
export interface ReceivedFile extends Arrival {
  /** performance.now() when its first byte came. */
  readonly arrivedAt: number;
}

type Done = (error?: unknown, info?: Partial<Express.Multer.File> & Partial<ReceivedFile>) => void;

/** Streams uploads straight onto the volume. A broken or refused upload leaves nothing behind. */
export class VolumeStorage implements StorageEngine {
  constructor(private readonly workspace: Workspace) {}

  _handleFile(_request: Request, file: Express.Multer.File, done: Done): void {
    this.receive(file).then(
      (received) => {
        done(undefined, received);
      },
      (error: unknown) => {
        done(error);
      },
    );
  }

  _removeFile(_request: Request, file: Express.Multer.File, done: (error: Error | null) => void): void {
    this.workspace.discard((file as unknown as ReceivedFile).folder).then(() => {
      done(null);
    }, done);
  }

  private async receive(file: Express.Multer.File): Promise<ReceivedFile> {
    const arrivedAt = performance.now();
    const arrival = await this.workspace.receive(file.originalname);
    try {
      await pipeline(file.stream, createWriteStream(arrival.path));
      return { ...arrival, arrivedAt };
    } catch (error) {
      await this.workspace.discard(arrival.folder);
      throw error;
    }
  }
}
