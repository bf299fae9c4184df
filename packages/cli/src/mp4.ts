import { setTimeout as delay } from 'node:timers/promises';
import { Progress, framesOf } from './progress';
import { RequestRefusedError, jobPath, type Server } from './server';

const POLL_MS = 500;

/** The part of an MP4 in the API that is used here. */
interface Mp4 {
  readonly key: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly progress: { readonly done: number; readonly total: number | null } | null;
  readonly error: { readonly message: string } | null;
}

/**
 * Has the MP4 with boxes made, with the score and classes of the job, and waits until it is done.
 * @returns path of the file on the server
 * @throws RequestRefusedError also if it cannot be made; ServerUnreachableError
 */
export async function makeMp4(server: Server, id: string): Promise<string> {
  let mp4 = await server.json<Mp4>(jobPath(id, 'mp4'), { method: 'POST' });
  const path = jobPath(id, 'mp4', mp4.key);
  const progress = new Progress();
  try {
    while (mp4.state === 'waiting' || mp4.state === 'running') {
      progress.update(`MP4: ${mp4.state}`, framesOf(mp4));
      await delay(POLL_MS, undefined, { signal: server.signal });
      mp4 = await server.json<Mp4>(path);
    }
  } finally {
    progress.clear();
  }
  if (mp4.state === 'failed')
    throw new RequestRefusedError(422, `The MP4 failed: ${mp4.error?.message ?? ''}`, undefined);
  return `${path}/video.mp4`;
}
