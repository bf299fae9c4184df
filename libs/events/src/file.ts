import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { layoutEventsSchema, type LayoutEvents } from '#contract';
import { isMissing } from '#errors';
import { EventsError } from './errors';

/** Replaces the file atomically: readers see the old or the new one. */
export async function writeEvents(path: string, events: LayoutEvents): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, JSON.stringify(events));
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** @throws EventsError BAD_EVENTS; the file system's error if the file cannot be read */
export async function readEvents(path: string): Promise<LayoutEvents> {
  const text = await readFile(path, 'utf8');
  try {
    return layoutEventsSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new EventsError('BAD_EVENTS', `"${basename(path)}" is not a valid list of events.`, { cause });
  }
}

/** As `readEvents`, but undefined if the file does not exist. */
export async function findEvents(path: string): Promise<LayoutEvents | undefined> {
  return readEvents(path).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
}
