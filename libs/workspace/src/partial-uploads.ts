import { link, lstat, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { safeFileName } from './file-name';
import { INCOMING } from './mark';
import { isMissing } from '#errors';
import { PARTIAL, type Arrival, type Workspace } from './workspace';

/** Properties of a file that a client announces before sending it. */
export interface Announcement {
  /** File name from the client, unchecked. */
  readonly name: string;
  /** Bytes of the complete file. */
  readonly size: number;
  /** Other metadata from the client, unchecked. */
  readonly metadata: Readonly<Record<string, string | null>>;
  /** Milliseconds since 1970. */
  readonly announcedAt: number;
}

export interface PartialUpload extends Announcement {
  readonly id: string;
  /** Path of its file, with the final name. */
  readonly path: string;
  /** Bytes received so far. */
  readonly offset: number;
  /** Whether `settle` was called: the file belongs to a job and is no longer here. */
  readonly settled: boolean;
  /** When the last byte arrived or the upload was settled. */
  readonly changedAt: Date;
}

/**
 * Uploads in several parts over several connections: `.incoming/upload-<id>/src/<name>`, with the announcement in
 * `upload.json`. All state is on the volume, so that every replica can resume every upload.
 *
 * Replicas need no lock: a writer always appends at the end of the file, so there are no gaps, and two concurrent
 * writers (one for a client that has reconnected to the other) write the same bytes to the same offsets.
 */
export class PartialUploads {
  constructor(private readonly workspace: Workspace) {}

  /** @param id 32 random hexadecimal digits, which grant access to the upload */
  async create(id: string, announcement: Announcement): Promise<void> {
    const folder = this.folder(id);
    await mkdir(join(folder, 'src'), { recursive: true });
    await writeFile(join(folder, 'src', safeFileName(announcement.name)), '');
    await writeFile(join(folder, 'upload.json'), JSON.stringify(announcement));
  }

  /** @returns undefined if there is no such upload */
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
   * Makes the complete file available as an arrival in a separate folder, by a hard link. The upload is kept until
   * `settle`, so that nothing is lost if the process dies in between.
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

  /** Removes the file, which belongs to a job now. Keeps the announcement for clients that ask again. */
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

/** Undefined also for a partly written file: its upload was never confirmed to a client. */
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
