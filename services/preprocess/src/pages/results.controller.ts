import { Controller, Get, Logger, Query, Render, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '#access';
import { recent } from '#flow';
import { JobRepository, type JobPage, type Status } from '#jobs';
import { link } from '../base-path';
import { EventStreams } from '../events/event-streams';
import { EventsHub, type Counts } from '../events/events-hub';
import { STATES, statusesIn } from './job.words';
import { toView } from './job.view';
import { renderPart } from './parts';
import { ResultsQueryPipe, addressOf, toJobQuery, type ResultsQuery } from './results.query';

/** How often the table asks again without JavaScript, in seconds: often while something is going on. */
const REFRESH_BUSY = 2;
const REFRESH_IDLE = 10;

/** The numbers behind the states may be so old; to count all jobs costs more than to find those of a page. */
const COUNTS_MS = 1_000;

/** The table of jobs. With JavaScript it is kept up to date by `/result/events`, else by asking again. */
@ApiExcludeController()
@Controller('result')
@Access('user')
export class ResultsController {
  private readonly counts = recent(() => this.jobs.countByStatus(), COUNTS_MS);

  private readonly logger = new Logger('pages');

  /** Rows of a page as HTML: everybody who looks at the same page is told of the same one. */
  private readonly rendered = new WeakMap<JobPage, Promise<ReadonlyMap<string, string>>>();

  constructor(
    private readonly jobs: JobRepository,
    private readonly hub: EventsHub,
    private readonly streams: EventStreams,
  ) {}

  @Get()
  @Render('result')
  async page(@Query(ResultsQueryPipe) query: ResultsQuery): Promise<object> {
    const [page, counts] = await Promise.all([this.jobs.list(toJobQuery(query)), this.counts()]);
    const rows = page.jobs.map((job) => toView(job));
    const { status, search, cursor } = query;
    return {
      title: 'Results',
      rows,
      ...{ search, filters: filters(counts, status), filtered: status !== '' || search !== '' },
      newest: cursor === undefined ? undefined : addressOf(link('/result'), { ...query, cursor: undefined }),
      older: olderThan(page, query),
      events: addressOf(link('/result/events'), query),
      refresh: rows.some((row) => row.busy) ? REFRESH_BUSY : REFRESH_IDLE,
      scripts: ['result.js'],
    };
  }

  /**
   * Server-sent events: `row` with the HTML of one that is new or another, `rows` with the ids of all, in order, and
   * with the address of the page after it, which follows the last of them; `filters` with what the table can be narrowed
   * to, as `page` has it.
   */
  @Get('events')
  async events(
    @Query(ResultsQueryPipe) wanted: ResultsQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const query = toJobQuery(wanted);
    await this.jobs.list({ ...query, limit: 1 }); // what is wrong with the query is told before the stream begins
    const stream = this.streams.begin(response);
    const told = new Map<string, string>();
    const tell = async (page: JobPage) => {
      const rows = await this.render(request, page);
      for (const [id, html] of rows) {
        if (told.get(id) === html) continue;
        told.set(id, html);
        stream.send('row', { id, html }, { kind: id });
      }
      for (const id of told.keys()) if (!rows.has(id)) told.delete(id);
      stream.send('rows', { ids: [...rows.keys()], older: olderThan(page, wanted) });
    };
    stream.onClose(
      this.hub.watchCounts((counts) => {
        stream.send('filters', filters(counts, wanted.status));
      }),
    );
    stream.onClose(
      this.hub.watchPage(query, (page) => {
        tell(page).catch((error: unknown) => {
          this.logger.error('A page could not be told of', error);
          stream.stop();
        });
      }),
    );
  }

  private render({ app }: Request, page: JobPage): Promise<ReadonlyMap<string, string>> {
    let rows = this.rendered.get(page);
    if (!rows) {
      const all = page.jobs.map(async (job) => {
        const view = toView(job);
        return [view.id, await renderPart(app, 'row', view)] as const;
      });
      rows = Promise.all(all).then((entries) => new Map(entries));
      this.rendered.set(page, rows);
    }
    return rows;
  }
}

/** The address of the page after this one; undefined where this is the last. */
function olderThan({ nextCursor }: JobPage, query: ResultsQuery): string | undefined {
  return nextCursor === null ? undefined : addressOf(link('/result'), { ...query, cursor: nextCursor });
}

/** What the table can be narrowed to: states that people know, with their numbers, and the one STATUS in the address. */
function filters(counts: Counts, chosen: string): object[] {
  const all = Object.values(counts).reduce((sum, n) => sum + n, 0);
  const states = STATES.map((state) => ({
    value: state,
    text: `${state} (${statusesIn(state).reduce((sum, status) => sum + counts[status], 0)})`,
  }));
  const raw = chosen in counts ? [{ value: chosen, text: `${chosen} (${counts[chosen as Status]})` }] : [];
  return [{ value: '', text: `all (${all})` }, ...states, ...raw].map((filter) => ({
    ...filter,
    chosen: filter.value === chosen,
  }));
}
