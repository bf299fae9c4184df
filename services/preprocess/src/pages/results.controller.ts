import { Controller, Get, Logger, Query, Render, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '#access';
import { recent } from '#flow';
import { SchemaPipe } from '#platform';
import { JobRepository, type JobPage } from '#jobs';
import { link } from '../base-path';
import { EventStreams } from '../events/event-streams';
import { EventsHub } from '../events/events-hub';
import { Catalogue } from '../models/catalogue';
import { toView } from './job.view';
import { renderPart } from './parts';
import { classNames, modelOptions, sortOptions, statusOptions } from './results.filters';
import { addressOf, isFiltered, resultsQuerySchema, toJobQuery, type ResultsQuery } from './results.query';

/** Seconds between refreshes without JavaScript, with and without active jobs on the page. */
const REFRESH_BUSY = 2;
const REFRESH_IDLE = 10;

/** Maximum age of the counts: counting all jobs costs more than finding those of a page. */
const COUNTS_MS = 1_000;

/** Maximum age of the models in the filters: reading their files costs more than the rest of the page. */
const MODELS_MS = 30_000;

const QUERY = new SchemaPipe(resultsQuerySchema);

/** The table of jobs. `/result/events` keeps it up to date; without JavaScript the page refreshes. */
@ApiExcludeController()
@Controller('result')
@Access('user')
export class ResultsController {
  private readonly counts = recent(() => this.jobs.countByStatus(), COUNTS_MS);
  private readonly models = recent(() => this.catalogue.list(), MODELS_MS);

  private readonly logger = new Logger('pages');

  /** Rendered rows by page, shared by all viewers of the page. */
  private readonly rendered = new WeakMap<JobPage, Promise<ReadonlyMap<string, string>>>();

  constructor(
    private readonly jobs: JobRepository,
    private readonly catalogue: Catalogue,
    private readonly hub: EventsHub,
    private readonly streams: EventStreams,
  ) {}

  @Get()
  @Render('result')
  async page(@Query(QUERY) query: ResultsQuery): Promise<object> {
    const [page, counts, models] = await Promise.all([
      this.jobs.list(toJobQuery(query)),
      this.counts(),
      this.models(),
    ]);
    const rows = page.jobs.map((job) => toView(job));
    const { status, search, model, sort, cursor, refresh } = query;
    const byTime = sort === undefined || sort === 'newest';
    return {
      title: 'Results',
      rows,
      ...{ search, label: query.class, filtered: isFiltered(query) },
      filters: statusOptions(counts, status),
      models: modelOptions(models, model),
      sorts: sortOptions(sort),
      classes: classNames(models),
      first: cursor === undefined ? undefined : addressOf(link('/result'), { ...query, cursor: undefined }),
      next: nextAfter(page, query),
      ...(byTime
        ? { firstText: 'Newest', nextText: 'Older' }
        : { firstText: 'First page', nextText: 'Next page' }),
      events: addressOf(link('/result/events'), query),
      back: addressOf('', { ...query, refresh: undefined }),
      still: refresh === 'off' ? undefined : addressOf(link('/result'), { ...query, refresh: 'off' }),
      refresh: refresh === 'off' ? undefined : rows.some((row) => row.busy) ? REFRESH_BUSY : REFRESH_IDLE,
      styles: ['result.css'],
      scripts: ['result.js', 'result-batch.js'],
    };
  }

  /**
   * Server-sent events: `row` with the HTML of a new or changed row; `rows` with the ids of all rows in order and the
   * link to the next page; `filters` with the statuses and their counts.
   */
  @Get('events')
  async events(
    @Query(QUERY) resultsQuery: ResultsQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const query = toJobQuery(resultsQuery);
    await this.jobs.list({ ...query, limit: 1 }); // reports an invalid query before the stream begins
    const stream = this.streams.begin(response);
    const sent = new Map<string, string>();
    const sendPage = async (page: JobPage) => {
      const rows = await this.render(request, page);
      for (const [id, html] of rows) {
        if (sent.get(id) === html) continue;
        sent.set(id, html);
        stream.send('row', { id, html }, { kind: id });
      }
      for (const id of sent.keys()) if (!rows.has(id)) sent.delete(id);
      stream.send('rows', { ids: [...rows.keys()], next: nextAfter(page, resultsQuery) });
    };
    stream.onClose(
      this.hub.watchCounts((counts) => {
        stream.send('filters', statusOptions(counts, resultsQuery.status));
      }),
    );
    stream.onClose(
      this.hub.watchPage(query, (page) => {
        sendPage(page).catch((error: unknown) => {
          this.logger.error('Could not send a page of results', error);
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

/** The address of the next page; undefined on the last page. */
function nextAfter({ nextCursor }: JobPage, query: ResultsQuery): string | undefined {
  return nextCursor === null ? undefined : addressOf(link('/result'), { ...query, cursor: nextCursor });
}
