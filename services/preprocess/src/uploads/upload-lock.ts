import type { Lock, Locker, RequestRelease } from '@tus/server';
import { BoxreelError } from '#errors';
import { untilAborted } from '#flow';

/** How long a request may take to end that was told to. */
const RELEASE_MS = 10_000;

/** Another request is still working on the same upload. Clients retry when they get its status, 423. */
export class UploadLockedError extends BoxreelError {
  constructor() {
    super('LOCKED', 'Another request is still working on this upload. Try again soon.');
  }
}

interface Holder {
  readonly requestRelease: RequestRelease;
  readonly released: Promise<void>;
}

/**
 * One request at a time works on an upload, in this process: the newest, because whoever comes back to an upload has
 * lost the connection before. Between replicas none is needed, see PartialUploads.
 */
export class NewestFirst implements Locker {
  private readonly holders = new Map<string, Holder>();

  /** @param releaseMs how long a request may take to end that was told to */
  constructor(private readonly releaseMs = RELEASE_MS) {}

  newLock(id: string): Lock {
    let release = (): void => undefined;
    return {
      lock: async (signal, requestRelease) => {
        const until = AbortSignal.any([signal, AbortSignal.timeout(this.releaseMs)]);
        for (let holder = this.holders.get(id); holder; holder = this.holders.get(id)) {
          await holder.requestRelease();
          await untilAborted(holder.released, until).catch(() => undefined);
          if (until.aborted) throw new UploadLockedError();
        }
        const released = new Promise<void>((resolve) => {
          release = () => {
            this.holders.delete(id);
            resolve();
          };
        });
        this.holders.set(id, { requestRelease, released });
      },
      unlock: () => {
        release();
        return Promise.resolve();
      },
    };
  }
}
