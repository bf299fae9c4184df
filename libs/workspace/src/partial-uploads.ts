import { link, lstat, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { safeFileName } from './file-name';
import { INCOMING } from './mark';
import { isMissing } from '#errors';
import { PARTIAL, type Arrival, type Workspace } from './workspace';

/** What a client says of a file before it sends it. */
export interface Announcement {
  /** As the client calls it. */
  readonly name: string;
  /** Bytes of the whole file. */
  readonly size: number;
  /** What else was said, as it was said. */
  readonly metadata: Readonly<Record<string, string | null>>;
  /** When, in milliseconds since 1970. */
  readonly announcedAt: number;
}

export interface PartialUpload extends Announcement {
  readonly id: string;
  /** Where its file lies, under the name it will have. */
  readonly path: string;
  /** How much of it has arrived, in bytes. */
  readonly offset: number;
  /** Its file has been handed on and is no longer here: `settle` was called. */
  readonly settled: boolean;
  /** When its last byte came, or it was settled. */
  readonly changedAt: Date;
}

/**
 * Files that arrive in several pieces, over as many connections: `.incoming/upload-<id>/src/<name>`, with what was said
 * of them in `upload.json`. All that is known lies on the volume, so every replica can go on with every upload.
 *
 * No lock is needed between replicas. A writer starts at the end of the file and writes on from there, so there are no
 * holes, and two that write at once, one of them for a client that has long come back to the other, write the same
 * bytes of the same file to the same places.
 */
export class PartialUploads {
  constructor(private readonly workspace: Workspace) {}

  /** @param id 32 hexadecimal digits, which nobody can guess */
  async create(id: string, announcement: Announcement): Promise<void> {
    const folder = this.folder(id);
    await mkdir(join(folder, 'src'), { recursive: true });
    await writeFile(join(folder, 'src', safeFileName(announcement.name)), '');
    await writeFile(join(folder, 'upload.json'), JSON.stringify(announcement));
  }

  /** @returns undefined when there is no such upload */
  async find(id: string): Promise<PartialUpload | undefined> {
    if (!/^[0-9a-f]{32}$/.test(id)) return undefined;
    const folder = this.folder(id);
    const announcement = await readAnnouncement(join(folder, 'upload.json'));
    if (!announcement) return undefined;
    const path = join(folder, 'src', safeFileName(announcement.name));
    const file = await statOrMissing(path);
    if (file) return { ...announcement, id, path, offset: file.size, settled: false, changedAt: file.mtime };
    const src = await statOrMissing(join(folder, 'src'));
    return (
      src && { ...announcement, id, path, offset: announcement.size, settled: true, changedAt: src.mtime }
    );
  }

  /**
   * The whole file as one that has just arrived, in a folder of its own: a second link to the same bytes. What was
   * there stays until `settle`, so that who dies in between has lost nothing.
   */
  async arrive({ path, name }: PartialUpload): Promise<Arrival> {
    const arrival = await this.workspace.receive(name);
    try {
      await link(path, arrival.path);
    } catch (error) {
      await this.workspace.discard(arrival.folder);
      throw error;
    }
    return arrival;
  }

  /** Its file is in other hands now. What was said of it stays for a while, for a client that asks again. */
  async settle({ path }: PartialUpload): Promise<void> {
    await rm(path, { force: true });
  }

  async remove(id: string): Promise<void> {
    await this.workspace.discard(this.folder(id));
  }

  private folder(id: string): string {
    return join(this.workspace.root, INCOMING, `${PARTIAL}${id}`);
  }
}

/** Undefined also for half a file: whoever was killed while writing it has told nobody of the upload. */
async function readAnnouncement(path: string): Promise<Announcement | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Announcement;
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function statOrMissing(path: string) {
  try {
    return await lstat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
