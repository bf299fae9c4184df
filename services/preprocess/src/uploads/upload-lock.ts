import type { Lock, Locker, RequestRelease } from '@tus/server';
import { BoxreelError } from '#errors';
import { untilAborted } from '#flow';

/** How long a request may take to release its lock. */
const RELEASE_MS = 10_000;

/** Another request holds the lock of the upload. Clients retry on its status, 423. */
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
 * Lets one request per upload work in this process: the newest, because a client that returns has lost its earlier
 * connection. Replicas need no lock between them, see PartialUploads.
 */
export class NewestFirst implements Locker {
  private readonly holders = new Map<string, Holder>();

  /** @param releaseMs how long a request may take to release its lock */
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
