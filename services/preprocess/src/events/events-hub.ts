import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { JobRepository, type Job, type JobPage, type JobQuery, type Status } from '#jobs';
import { StateLog } from '#telemetry';
import { toResource } from '../jobs/job.resource';
import { Poll, type Unsubscribe } from './poll';

/** Workers write their progress about twice a second; polling faster shows nothing new. */
const JOBS_EVERY_MS = 500;

/** Querying a page costs more than querying a few jobs. */
const PAGES_EVERY_MS = 1_000;

/** Counting all jobs costs more than either. */
const COUNTS_EVERY_MS = 2_000;

/** Current jobs by id; undefined if the job is deleted. */
export type Changes = ReadonlyMap<string, Job | undefined>;

interface JobsListener {
  readonly ids: readonly string[];
  readonly notify: (changes: Changes) => void;
  /** The last notification of each job, as users see it. */
  readonly notified: Map<string, string>;
}

/** Number of jobs by status. */
export type Counts = Readonly<Record<Status, number>>;

interface Listener<Value> {
  readonly notify: (value: Value) => void;
  notified?: string;
}

/** The view of a deleted job. */
const DELETED = '';

/**
 * Notifies listeners of changes by polling the database with one query for all of them. (Change streams would avoid the
 * polling, but a stand-alone MongoDB and the embedded database have none.) Does not poll without listeners; sends
 * nothing while the database is unavailable.
 */
@Injectable()
export class EventsHub implements OnModuleDestroy {
  private readonly state = new StateLog(new Logger('events'), 'Cannot read changes from the database');
  private readonly poll = new Poll<JobsListener>(JOBS_EVERY_MS, (all) => this.pollJobs(all), this.state);
  private readonly pages = new Map<string, Poll<Listener<JobPage>>>();
  private readonly counts: Poll<Listener<Counts>> = new Poll<Listener<Counts>>(
    COUNTS_EVERY_MS,
    async (listeners) => {
      const counts = await this.jobs.countByStatus();
      notifyAll(this.counts, listeners, counts, JSON.stringify(counts));
    },
    this.state,
  );

  constructor(private readonly jobs: JobRepository) {}

  onModuleDestroy(): void {
    for (const poll of [this.poll, this.counts, ...this.pages.values()]) poll.stop();
  }

  /**
   * Reports the current state of these jobs soon after this call, then every change that users can see.
   * @param ids 24 hexadecimal digits each, in lower case
   * @param notify must not throw
   */
  watch(ids: readonly string[], notify: (changes: Changes) => void): Unsubscribe {
    return this.poll.add({ ids, notify, notified: new Map() });
  }

  /**
   * Reports the page of a query soon after this call, then each time it changes. Listeners of the same page share one
   * query per second.
   * @param query one that `JobRepository.list` accepts
   * @param notify must not throw
   */
  watchPage(query: JobQuery, notify: (page: JobPage) => void): Unsubscribe {
    const key = JSON.stringify(Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1)));
    const poll = this.pages.get(key) ?? this.openPage(key, query);
    return poll.add({ notify });
  }

  /**
   * Reports the number of jobs in each status soon after this call, then each time a number changes.
   * @param notify must not throw
   */
  watchCounts(notify: (counts: Counts) => void): Unsubscribe {
    return this.counts.add({ notify });
  }

  private openPage(key: string, query: JobQuery): Poll<Listener<JobPage>> {
    const poll: Poll<Listener<JobPage>> = new Poll<Listener<JobPage>>(
      PAGES_EVERY_MS,
      async (listeners) => {
        const page = await this.jobs.list(query);
        const view = JSON.stringify([page.nextCursor, page.jobs.map(toResource)]);
        notifyAll(poll, listeners, page, view);
      },
      this.state,
      () => this.pages.delete(key),
    );
    this.pages.set(key, poll);
    return poll;
  }

  private async pollJobs(listeners: readonly JobsListener[]): Promise<void> {
    const ids = [...new Set(listeners.flatMap((listener) => listener.ids))];
    const jobs = new Map((await this.jobs.find(ids)).map((job) => [job._id.toHexString(), job]));
    const views = new Map(Array.from(jobs, ([id, job]) => [id, JSON.stringify(toResource(job))]));
    for (const listener of listeners) {
      const changed = listener.ids.filter((id) => listener.notified.get(id) !== (views.get(id) ?? DELETED));
      if (changed.length === 0 || !this.poll.has(listener)) continue;
      for (const id of changed) listener.notified.set(id, views.get(id) ?? DELETED);
      listener.notify(new Map(changed.map((id) => [id, jobs.get(id)])));
    }
  }
}

/** Notifies all listeners but those that already have this view. @param view the value as users see it */
function notifyAll<Value>(
  poll: Poll<Listener<Value>>,
  listeners: readonly Listener<Value>[],
  value: Value,
  view: string,
): void {
  for (const listener of listeners) {
    if (listener.notified === view || !poll.has(listener)) continue;
    listener.notified = view;
    listener.notify(value);
  }
}
