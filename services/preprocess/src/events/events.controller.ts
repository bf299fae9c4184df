import { Controller, Get, Headers, Res } from '@nestjs/common';
import { ApiHeader, ApiNoContentResponse, ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Access } from '#access';
import { ApiErrors } from '#http';
import { JobRepository, isFinal, type Job } from '#jobs';
import { JobId } from '../jobs/job-id.pipe';
import { toResource } from '../jobs/job.resource';
import { idOf } from './event-stream';
import { EventStreams } from './event-streams';
import { EventsHub } from './events-hub';

const LAST_EVENT_ID = 'Last-Event-ID';

/** Jobs as they change, for those who do not want to ask again and again. */
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
   * Written to the response by hand: Nest's `@Sse` keeps every event that a slow client has not read yet, and always
   * answers 200.
   */
  @Get(':id/events')
  @ApiProduces('text/event-stream')
  @ApiHeader({
    name: LAST_EVENT_ID,
    required: false,
    description: 'of the last event that came, as an EventSource sends it when it comes again',
  })
  @ApiOkResponse({
    description:
      'server-sent events: `job` with a Job as data, at once and at each change, the last one when the job has ended; `deleted`',
    schema: { type: 'string' },
  })
  @ApiNoContentResponse({ description: 'the job has ended, and that event came before: there is no more' })
  @ApiErrors({
    400: 'this is no id of a job',
    404: 'no such job',
    503: 'too many streams, or no database, at the moment; Retry-After tells when to come again',
  })
  async events(
    @JobId() id: string,
    @Headers(LAST_EVENT_ID) seen: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const job = await this.jobs.get(id);
    if (isFinal(job.STATUS) && seen !== undefined && seen === idOf(toResource(job))) {
      response.status(204).end(); // what tells an EventSource not to come again
      return;
    }
    this.follow(job, response);
  }

  private follow(job: Job, response: Response): void {
    const stream = this.streams.begin(response);
    const id = job._id.toHexString();
    let told: string | undefined;
    const tell = (now: Job | undefined) => {
      if (!now) stream.send('deleted', { id });
      else {
        const resource = toResource(now);
        const name = idOf(resource);
        if (name === told) return;
        told = name;
        stream.send('job', resource, { id: name });
      }
      if (!now || isFinal(now.STATUS)) stream.close();
    };
    tell(job);
    if (isFinal(job.STATUS)) return;
    stream.onClose(
      this.hub.watch([id], (changes) => {
        tell(changes.get(id));
      }),
    );
  }
}
