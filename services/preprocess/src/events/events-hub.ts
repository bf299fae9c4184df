import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { JobRepository, type Job, type JobPage, type JobQuery, type Status } from '#jobs';
import { StateLog } from '#telemetry';
import { toResource } from '../jobs/job.resource';
import { Poll, type Unsubscribe } from './poll';

/** Workers write their progress about twice a second, so asking more often would show nothing more. */
const JOBS_EVERY_MS = 500;

/** A page costs more to ask for than a few records. */
const PAGES_EVERY_MS = 1_000;

/** To count all jobs costs more than either. */
const COUNTS_EVERY_MS = 2_000;

/** Jobs by id as they are now; undefined: there is no such job any more. */
export type Changes = ReadonlyMap<string, Job | undefined>;

interface JobsListener {
  readonly ids: readonly string[];
  readonly tell: (changes: Changes) => void;
  /** What it was told last of each job, as users see it. */
  readonly told: Map<string, string>;
}

/** How many jobs are in every status. */
export type Counts = Readonly<Record<Status, number>>;

interface Listener<News> {
  readonly tell: (news: News) => void;
  told?: string;
}

/** What users see of a job that is not there. */
const GONE = '';

/**
 * Tells those who listen what changes, by asking the database for all that anybody listens to with one query. (Change
 * streams would do without asking, but a stand-alone MongoDB has none, and the embedded database neither.) While nobody
 * listens nothing is asked; while the database is away nothing is told.
 */
@Injectable()
export class EventsHub implements OnModuleDestroy {
  private readonly state = new StateLog(new Logger('events'), 'The database cannot be asked for changes');
  private readonly poll = new Poll<JobsListener>(JOBS_EVERY_MS, (all) => this.askForJobs(all), this.state);
  private readonly pages = new Map<string, Poll<Listener<JobPage>>>();
  private readonly counts: Poll<Listener<Counts>> = new Poll<Listener<Counts>>(
    COUNTS_EVERY_MS,
    async (listeners) => {
      const counts = await this.jobs.countByStatus();
      tellNews(this.counts, listeners, counts, JSON.stringify(counts));
    },
    this.state,
  );

  constructor(private readonly jobs: JobRepository) {}

  onModuleDestroy(): void {
    for (const poll of [this.poll, this.counts, ...this.pages.values()]) poll.stop();
  }

  /**
   * Tells how these jobs are, soon after this call, and then what changes of what users see of them.
   * @param ids 24 hexadecimal digits each, in lower case
   * @param tell must not throw
   */
  watch(ids: readonly string[], tell: (changes: Changes) => void): Unsubscribe {
    return this.poll.add({ ids, tell, told: new Map() });
  }

  /**
   * Tells the page that a query gives, soon after this call, and then each time it is another one. However many watch
   * the same page, it is asked for once a second.
   * @param query one that `JobRepository.list` takes
   * @param tell must not throw
   */
  watchPage(query: JobQuery, tell: (page: JobPage) => void): Unsubscribe {
    const key = JSON.stringify(Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1)));
    const poll = this.pages.get(key) ?? this.openPage(key, query);
    return poll.add({ tell });
  }

  /**
   * Tells how many jobs are in every status, soon after this call, and then each time that is another number.
   * @param tell must not throw
   */
  watchCounts(tell: (counts: Counts) => void): Unsubscribe {
    return this.counts.add({ tell });
  }

  private openPage(key: string, query: JobQuery): Poll<Listener<JobPage>> {
    const poll: Poll<Listener<JobPage>> = new Poll<Listener<JobPage>>(
      PAGES_EVERY_MS,
      async (listeners) => {
        const page = await this.jobs.list(query);
        const seen = JSON.stringify([page.nextCursor, page.jobs.map(toResource)]);
        tellNews(poll, listeners, page, seen);
      },
      this.state,
      () => this.pages.delete(key),
    );
    this.pages.set(key, poll);
    return poll;
  }

  private async askForJobs(listeners: readonly JobsListener[]): Promise<void> {
    const ids = [...new Set(listeners.flatMap((listener) => listener.ids))];
    const jobs = new Map((await this.jobs.find(ids)).map((job) => [job._id.toHexString(), job]));
    const seen = new Map(Array.from(jobs, ([id, job]) => [id, JSON.stringify(toResource(job))]));
    for (const listener of listeners) {
      const news = listener.ids.filter((id) => listener.told.get(id) !== (seen.get(id) ?? GONE));
      if (news.length === 0 || !this.poll.has(listener)) continue;
      for (const id of news) listener.told.set(id, seen.get(id) ?? GONE);
      listener.tell(new Map(news.map((id) => [id, jobs.get(id)])));
    }
  }
}

/** @param seen what users see of the news: who has been told the same before is not told again */
function tellNews<News>(
  poll: Poll<Listener<News>>,
  listeners: readonly Listener<News>[],
  news: News,
  seen: string,
): void {
  for (const listener of listeners) {
    if (listener.told === seen || !poll.has(listener)) continue;
    listener.told = seen;
    listener.tell(news);
  }
}
