import { type FileHandle, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The beginning of a download, kept so that another process can go on with it. */
export class PartialFile {
  private constructor(
    readonly path: string,
    private readonly note: string,
    private readonly handle: FileHandle,
    /** Bytes that are there. */
    public size: number,
    /** The server's name for this content (an ETag or a date), where it gave one that a range may rely on. */
    public validator: string | undefined,
    /** Not all of it came in one answer of the server. */
    public pieced: boolean,
  ) {}

  static async open(folder: string): Promise<PartialFile> {
    const path = join(folder, 'model.onnx');
    const note = join(folder, 'validator');
    const handle = await open(path, 'a');
    const { size } = await handle.stat();
    const validator = await readFile(note, 'utf8').catch(() => '');
    return new PartialFile(path, note, handle, size, validator || undefined, size > 0);
  }

  /** Throws away what is there; what is appended from now on is the content of that name. */
  async restart(validator?: string): Promise<void> {
    await this.handle.truncate(0);
    await writeFile(this.note, validator ?? '');
    this.size = 0;
    this.validator = validator;
    this.pieced = false;
  }

  async append(bytes: Uint8Array): Promise<void> {
    await this.handle.appendFile(bytes);
    this.size += bytes.length;
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}
