import { type FileHandle, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A partial download, kept so that another process can resume it. */
export class PartialFile {
  private constructor(
    readonly path: string,
    private readonly note: string,
    private readonly handle: FileHandle,
    /** Number of bytes so far. */
    public size: number,
    /** The server's version of this content (an ETag or a date), if it is strong enough for a range request. */
    public validator: string | undefined,
    /** It was assembled from several responses. */
    public assembled: boolean,
  ) {}

  static async open(folder: string): Promise<PartialFile> {
    const path = join(folder, 'model.onnx');
    const note = join(folder, 'validator');
    const handle = await open(path, 'a');
    const { size } = await handle.stat();
    const validator = await readFile(note, 'utf8').catch(() => '');
    return new PartialFile(path, note, handle, size, validator || undefined, size > 0);
  }

  /** Discards the content; `validator` is the version of what follows. */
  async restart(validator?: string): Promise<void> {
    await this.handle.truncate(0);
    await writeFile(this.note, validator ?? '');
    this.size = 0;
    this.validator = validator;
    this.assembled = false;
  }

  async append(bytes: Uint8Array): Promise<void> {
    await this.handle.appendFile(bytes);
    this.size += bytes.length;
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}
