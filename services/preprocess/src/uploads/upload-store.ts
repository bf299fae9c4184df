import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DataStore, ERRORS, Upload } from '@tus/server';
import { MediaError, SNIFF_BYTES } from '#media';
import type { PartialUploads } from '#workspace';
import { onlyVideo } from '../intake/volume-storage';

/**
 * Stores uploads of the tus server on the volume. Replaces the store that comes with the server, which reports every
 * volume error as a missing file and lets clients download uploads.
 */
export class UploadStore extends DataStore {
  override readonly extensions = ['creation', 'creation-with-upload', 'expiration', 'termination'];

  /** @param keepMs how long an upload is kept after its last byte */
  constructor(
    private readonly partials: PartialUploads,
    private readonly keepMs: number,
  ) {
    super();
  }

  override getExpiration(): number {
    return this.keepMs;
  }

  override async create(upload: Upload): Promise<Upload> {
    const { id, size = 0, metadata = {} } = upload;
    await this.partials.create(id, {
      name: metadata['filename'] ?? '',
      size,
      metadata,
      announcedAt: Date.now(),
    });
    return upload;
  }

  /** Reports the time of the last byte as creation date, from which the server computes the expiry. */
  override async getUpload(id: string): Promise<Upload> {
    const { size, offset, metadata, changedAt } = await this.find(id);
    return new Upload({
      id,
      size,
      offset,
      metadata: { ...metadata },
      creation_date: changedAt.toISOString(),
    });
  }

  /** @throws MediaError, and removes the upload, if its first bytes are not those of a video */
  override async write(stream: Readable, id: string, offset: number): Promise<number> {
    const upload = await this.find(id);
    if (upload.settled) return offset; // the upload is complete
    const file = createWriteStream(upload.path, { flags: 'r+', start: offset });
    try {
      if (offset >= SNIFF_BYTES) await pipeline(stream, file);
      else await pipeline(stream, onlyVideo(upload.path, await readHead(upload.path, offset)), file);
      return offset + file.bytesWritten;
    } catch (error) {
      if (error instanceof MediaError) await this.partials.remove(id);
      throw error;
    }
  }

  override async remove(id: string): Promise<void> {
    await this.find(id);
    await this.partials.remove(id);
  }

  private async find(id: string) {
    const upload = await this.partials.find(id);
    if (!upload) throw Object.assign(new Error('no such upload'), ERRORS.FILE_NOT_FOUND);
    return upload;
  }
}

async function readHead(path: string, bytes: number): Promise<Buffer> {
  if (bytes === 0) return Buffer.alloc(0);
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
