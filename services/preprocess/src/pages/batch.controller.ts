import { Body, Controller, Get, HttpCode, HttpException, Post, Query, Render } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Access } from '#access';
import { BoxreelError } from '#errors';
import { JobRepository, type Job } from '#jobs';
import { SchemaPipe } from '#platform';
import { JobDeletion } from '../housekeeping/deletion';
import { RestartService } from '../jobs/restart.service';
import { ACTIONS, batchSchema, type Batch, type BatchAction } from './batch.query';
import { formatCount } from './durations';
import { statusText } from './job.words';

const BATCH = new SchemaPipe(batchSchema);

/** Cancels, retries or deletes the jobs selected in the table of results, after one confirmation. */
@ApiExcludeController()
@Controller('result/selected')
@Access('user')
export class BatchController {
  constructor(
    private readonly jobs: JobRepository,
    private readonly deletion: JobDeletion,
    private readonly restarts: RestartService,
  ) {}

  @Get()
  @Render('selected')
  async confirm(@Query(BATCH) { action, id, back }: Batch): Promise<object> {
    const { from, verb, otherwise } = ACTIONS[action];
    const found = await this.jobs.find(id);
    const able = found.filter(({ STATUS }) => from.includes(STATUS));
    const left = new Set(id).size - able.length;
    return {
      title: `${verb}?`,
      ...{ action, verb, back, deleting: action === 'delete' },
      ids: able.map(({ _id }) => _id.toHexString()).join(','),
      count: formatCount(able.length, 'job'),
      jobs: able.map((job) => ({ ...nameOf(job), words: statusText(job.STATUS) })),
      left:
        left > 0
          ? `${formatCount(left, 'selected job')} left out: ${left === 1 ? 'it' : 'each'} ${otherwise}.`
          : '',
    };
  }

  @Post()
  @HttpCode(200)
  @Render('selected-done')
  async act(@Body(BATCH) { action, id, back }: Batch): Promise<object> {
    const names = new Map((await this.jobs.find(id)).map((job) => [job._id.toHexString(), nameOf(job)]));
    const problems: object[] = [];
    for (const one of id) {
      const problem = await this.attempt(action, one);
      if (problem !== undefined) problems.push({ filename: one, ...names.get(one), problem });
    }
    const { done } = ACTIONS[action];
    const count = formatCount(id.length - problems.length, 'job');
    return { title: 'Selected jobs', headline: `${count} ${done}`, problems, back };
  }

  /** @returns why this job refused the action; undefined if it worked */
  private async attempt(action: BatchAction, id: string): Promise<string | undefined> {
    try {
      await this.run(action, id);
      return undefined;
    } catch (error) {
      if (error instanceof BoxreelError || error instanceof HttpException) return error.message;
      throw error;
    }
  }

  private async run(action: BatchAction, id: string): Promise<void> {
    if (action === 'delete') await this.deletion.delete(id);
    else if (action === 'cancel') await this.jobs.cancel(id);
    else await this.restarts.restart(id);
  }
}

function nameOf({ _id, FILENAME }: Job): { readonly id: string; readonly filename: string } {
  const id = _id.toHexString();
  return { id, filename: FILENAME || id };
}
