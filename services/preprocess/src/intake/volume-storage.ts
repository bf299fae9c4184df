import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Request } from 'express';
import type { StorageEngine } from 'multer';
import type { Workspace } from '#workspace';

/** A file that has arrived on the volume, in a folder of its own, and belongs to no job yet. */
export interface ReceivedFile {
  /** As the client named it: to be trusted with nothing. */
  readonly originalname: string;
  readonly folder: string;
  readonly path: string;
  readonly size: number;
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

  private async receive(file: Express.Multer.File): Promise<Omit<ReceivedFile, 'originalname'>> {
    const arrivedAt = performance.now();
    const folder = await this.workspace.receive();
    try {
      const path = join(folder, 'upload');
      const target = createWriteStream(path);
      await pipeline(file.stream, target);
      return { folder, path, size: target.bytesWritten, arrivedAt };
    } catch (error) {
      await this.workspace.discard(folder);
      throw error;
    }
  }
}
