import { mkdir, readdir, rename, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifact } from './names';
import { BoxreelError, isMissing } from '#errors';
import { syncFolder, type Workspace } from './workspace';

/** Who works on a job. Of two holders of a job the later one has the higher number. */
export interface Holder {
  readonly id: string;
  readonly stage: string;
  /** Claims of the job so far, this one included. */
  readonly number: number;
  readonly token: string;
}

/** A private folder that nobody else writes, on the same volume as the job's folder. */
export interface Attempt {
  readonly id: string;
  readonly folder: string;
  /** What the last attempt of the stage had made before it ended, where there is anything: to be read and copied. */
  readonly predecessor: string | undefined;
  /** Path inside the attempt's folder. */
  path(...parts: string[]): string;
}

/**
 * Attempts of stages, and why one that lost its job cannot harm it. A holder changes the artifacts of a job by
 * renames alone, and each has one end in the holder's own folder. Whoever holds the job next first takes the folders
 * of all earlier holders away, in one rename each: from then on theirs have no such folder to start from or to end in,
 * however late they come. An earlier holder that has not made its folder by then finds its lease lost before it
 * publishes anything; a later one is known by its number and is left alone.
 */
export class Attempts {
  constructor(readonly workspace: Workspace) {}

  /**
   * Starts an attempt: makes its folder and takes those of earlier holders away.
   * @param adopt keep what the last attempt of the same stage had made, as `predecessor`
   */
  async begin({ id, stage, number, token }: Holder, { adopt = false } = {}): Promise<Attempt> {
    const jobFolder = join(this.workspace.root, id);
    const folder = join(jobFolder, folderName(number, stage, token));
    const path = (...parts: string[]) => join(folder, ...parts);
    await mkdir(folder, { recursive: true });
    const earlier = (await readdir(jobFolder))
      .map(readFolderName)
      .filter((other) => other !== undefined)
      .filter((other) => other.number < number)
      .sort((a, b) => b.number - a.number);
    let predecessor: string | undefined;
    for (const { name, stage: its } of earlier) {
      const taken = path(`taken${name}`);
      if (!(await this.move(join(jobFolder, name), taken))) continue;
      if (adopt && predecessor === undefined && its === stage) predecessor = taken;
      else await this.discard(taken);
    }
    return { id, folder, predecessor, path };
  }

  /**
   * Publishes artifacts of an attempt under their contract names, in place of what an earlier attempt published.
   * To be called while the job is known to be held. A single file must have been synced before; folders hold frames,
   * which can be made again, and are not synced one by one.
   * @throws AttemptRevokedError when a later holder has taken the attempt's folder away
   */
  async publish(attempt: Attempt, artifacts: readonly Artifact[]): Promise<void> {
    for (const artifact of artifacts) {
      const published = this.workspace.path(attempt.id, artifact);
      await this.move(published, attempt.path(`old-${artifact}`));
      if (!(await this.move(attempt.path(artifact), published))) throw new AttemptRevokedError(attempt.id);
    }
    await syncFolder(join(this.workspace.root, attempt.id));
  }

  /** Ends an attempt: removes what it did not publish, and the job's folder if the job was deleted meanwhile. */
  async end(attempt: Attempt): Promise<void> {
    await this.discard(attempt.folder);
    await rmdir(join(this.workspace.root, attempt.id)).catch(() => undefined); // not empty unless the job is gone
  }

  /** What a late worker still writes to cannot be removed at once on every file system: then it is left for later. */
  private async discard(folder: string): Promise<void> {
    await this.workspace.discard(folder).catch(() => undefined);
  }

  /** One step of the protocol. @returns whether there was such a thing, and a place for it */
  protected async move(from: string, to: string): Promise<boolean> {
    try {
      await rename(from, to);
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }
}

/** A later holder has taken the attempt's folder away, so nothing of it can be published. */
export class AttemptRevokedError extends BoxreelError {
  constructor(id: string) {
    super(
      'ATTEMPT_REVOKED',
      `Another worker has taken over job ${id}: the results of this attempt are not published.`,
    );
  }
}

const folderName = (number: number, stage: string, token: string) => `.attempt-${number}-${stage}-${token}`;

function readFolderName(name: string): { name: string; number: number; stage: string } | undefined {
  const [, number, stage] = /^\.attempt-(\d+)-([a-z]+)-/.exec(name) ?? [];
  return number !== undefined && stage !== undefined ? { name, number: Number(number), stage } : undefined;
}
