import { stat } from 'node:fs/promises';

interface Entry<T> {
  /** Changes with the file. */
  readonly version: string;
  readonly content: Promise<T>;
}

/** What was read from files: each is read once, shared by all callers, and kept until the file changes. */
export class FileCache<T> {
  private readonly entries = new Map<string, Entry<T>>();

  /** @param capacity files to keep; the least recently used are dropped */
  constructor(
    private readonly read: (file: string) => Promise<T>,
    private readonly capacity = 64,
  ) {}

  /** The number of files that are kept. */
  get size(): number {
    return this.entries.size;
  }

  /** @throws the error of `read`, or the file system's; a later call tries again */
  async of(file: string): Promise<T> {
    const { mtimeMs, size } = await stat(file);
    const version = `${mtimeMs}-${size}`;
    const known = this.entries.get(file);
    const entry = known?.version === version ? known : { version, content: this.read(file) };
    this.entries.delete(file); // a Map keeps insertion order: re-inserted, it is the most recent
    this.entries.set(file, entry);
    const [oldest] = this.entries.keys();
    if (this.entries.size > this.capacity && oldest !== undefined) this.entries.delete(oldest);
    try {
      return await entry.content;
    } catch (error) {
      if (this.entries.get(file) === entry) this.entries.delete(file);
      throw error;
    }
  }
}
