import { mkdir, readdir, rename, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifact } from './names';
import { BoxreelError, isMissing } from '#errors';
import { syncFolder, type Workspace } from './workspace';

/** A claim of a job. Later holders have higher numbers. */
export interface Holder {
  readonly id: string;
  readonly stage: string;
  /** Claims of the job so far, including this one. */
  readonly number: number;
  readonly token: string;
}

/** A private folder of one holder, on the same volume as the job's folder. */
export interface Attempt {
  readonly id: string;
  readonly folder: string;
  /** Folder with the files of the last attempt of the stage, if any, to read and copy from. */
  readonly predecessor: string | undefined;
  /** Path inside the attempt's folder. */
  path(...parts: string[]): string;
}

/**
 * Stage attempts, fenced so that a worker that lost its job cannot change it. A holder changes artifacts only by
 * renaming, and each rename starts or ends in the holder's own folder. The next holder first moves the folders of all
 * earlier holders aside, so that their later renames fail. An earlier holder without a folder at that time discovers
 * before publishing that it has lost its lease. Later holders are recognized by their number and left alone.
 */
export class Attempts {
  constructor(readonly workspace: Workspace) {}

  /**
   * Starts an attempt: creates its folder and moves those of earlier holders aside.
   * @param adopt keep the files of the last attempt of the same stage as `predecessor`
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
    for (const { name, stage: otherStage } of earlier) {
      const taken = path(`taken${name}`);
      if (!(await this.move(join(jobFolder, name), taken))) continue;
      if (adopt && predecessor === undefined && otherStage === stage) predecessor = taken;
      else await this.discard(taken);
    }
    return { id, folder, predecessor, path };
  }

  /**
   * Publishes artifacts of an attempt under their contract names, replacing earlier ones. Call it right after renewing
   * the lease. Single files must be synced before; folders hold frames, which can be recreated, and are not synced.
   * @throws AttemptRevokedError if a later holder has moved the attempt's folder aside
   */
  async publish(attempt: Attempt, artifacts: readonly Artifact[]): Promise<void> {
    for (const artifact of artifacts) {
      const published = this.workspace.path(attempt.id, artifact);
      await this.move(published, attempt.path(`old-${artifact}`));
      if (!(await this.move(attempt.path(artifact), published))) throw new AttemptRevokedError(attempt.id);
    }
    await syncFolder(join(this.workspace.root, attempt.id));
  }

  /** Ends an attempt: removes its unpublished files, and the job's folder if the job was deleted in the meantime. */
  async end(attempt: Attempt): Promise<void> {
    await this.discard(attempt.folder);
    await rmdir(join(this.workspace.root, attempt.id)).catch(() => undefined); // not empty unless the job is gone
  }

  /** Some file systems cannot remove a folder that a late worker still writes to; a later sweep removes it. */
  private async discard(folder: string): Promise<void> {
    await this.workspace.discard(folder).catch(() => undefined);
  }

  /** One rename of the protocol. @returns false if source or target folder do not exist */
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

/** A later holder has moved the attempt's folder aside, so the attempt cannot publish. */
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
