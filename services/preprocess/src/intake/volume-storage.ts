import { createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request } from 'express';
import type { StorageEngine } from 'multer';
import { SNIFF_BYTES, notAVideo, sniffContainer } from '#media';
import type { Arrival, Workspace } from '#workspace';
import { nameTooLong, type UploadLimits } from './limits';

/** A file received onto the volume. */
export interface ReceivedFile extends Arrival {
  /** performance.now() at its first byte. */
  readonly arrivedAt: number;
}

type Done = (error?: unknown, info?: Partial<Express.Multer.File> & Partial<ReceivedFile>) => void;

/** Streams uploads onto the volume. An aborted or rejected upload leaves nothing behind. */
export class VolumeStorage implements StorageEngine {
  constructor(
    private readonly workspace: Workspace,
    private readonly limits: UploadLimits,
  ) {}

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
    this.checkName(file.originalname);
    await this.workspace.checkSpace();
    const arrival = await this.workspace.receive(file.originalname);
    try {
      await pipeline(file.stream, onlyVideo(arrival.path), createWriteStream(arrival.path));
      return { ...arrival, arrivedAt };
    } catch (error) {
      await this.workspace.discard(arrival.folder);
      throw error;
    }
  }

  private checkName(name: string): void {
    const bytes = Buffer.byteLength(name);
    if (bytes > this.limits.UPLOAD_NAME_MAX_BYTES) throw nameTooLong(bytes, this.limits);
  }
}

/**
 * Passes a file through once its first bytes identify it as a video, and rejects other files before they are complete.
 * @param before first bytes that arrived earlier; they are not passed through again
 */
export function onlyVideo(path: string, before: Buffer = Buffer.alloc(0)): Transform {
  let head: Buffer | undefined = before;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (!head) {
        done(null, chunk);
        return;
      }
      head = Buffer.concat([head, chunk]);
      if (head.length < SNIFF_BYTES) done();
      else if (!sniffContainer(head)) done(notAVideo(path));
      else {
        done(null, head.subarray(before.length));
        head = undefined;
      }
    },
    flush(done) {
      done(null, head?.subarray(before.length)); // too short to identify here; probing the complete file decides
    },
  });
}
