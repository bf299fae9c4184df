import { Controller, Get, Headers, Res } from '@nestjs/common';
import { ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Access } from '#access';
import { JobRepository, isFinal, type Job } from '#jobs';
import { ApiErrors } from '#platform';
import { JobId } from '../jobs/job-id.pipe';
import { toResource } from '../jobs/job.resource';
import { eventIdOf } from './event-stream';
import { EventStreams } from './event-streams';
import { EventsHub } from './events-hub';

const LAST_EVENT_ID = 'Last-Event-ID';

/** Changes of a job as server-sent events, an alternative to polling. */
@ApiTags('jobs')
@Controller('api/jobs')
@Access('user')
export class EventsController {
  constructor(
    private readonly jobs: JobRepository,
    private readonly hub: EventsHub,
    private readonly streams: EventStreams,
  ) {}

  /**
   * Not with Nest's `@Sse`: it buffers every unread event of a slow client and always responds with 200.
   */
  @Get(':id/events')
  @ApiOperation({ summary: 'Changes of a job as server-sent events' })
  @ApiHeader({
    name: LAST_EVENT_ID,
    required: false,
    schema: { type: 'string' },
    description: 'id of the last event received; an EventSource sends it when it reconnects',
  })
  @ApiOkResponse({
    description:
      'server-sent events: `job` with a Job as data, immediately and on each change until the job ends; `deleted`',
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  })
  @ApiNoContentResponse({ description: 'the job has ended and the client has its last event' })
  @ApiErrors({
    400: 'invalid job id',
    404: 'job not found',
    503: 'too many streams, or the database is unavailable; retry after Retry-After',
  })
  async events(
    @JobId() id: string,
    @Headers(LAST_EVENT_ID) lastId: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const job = await this.jobs.get(id);
    if (isFinal(job.STATUS) && lastId !== undefined && lastId === eventIdOf(toResource(job))) {
      response.status(204).end(); // stops an EventSource from reconnecting
      return;
    }
    this.follow(job, response);
  }

  private follow(job: Job, response: Response): void {
    const stream = this.streams.begin(response);
    const id = job._id.toHexString();
    let lastId: string | undefined;
    const sendJob = (now: Job | undefined) => {
      if (!now) stream.send('deleted', { id });
      else {
        const resource = toResource(now);
        const eventId = eventIdOf(resource);
        if (eventId === lastId) return;
        lastId = eventId;
        stream.send('job', resource, { id: eventId });
      }
      if (!now || isFinal(now.STATUS)) stream.close();
    };
    sendJob(job);
    if (isFinal(job.STATUS)) return;
    stream.onClose(
      this.hub.watch([id], (changes) => {
        sendJob(changes.get(id));
      }),
    );
  }
}
