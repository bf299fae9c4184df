import { Controller, Get, NotFoundException, Query, Render } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Access } from '#access';
import { compareQuerySchema, type CompareQuery, type SummaryResource } from '#contract';
import { JobRepository, type Job } from '#jobs';
import { SchemaPipe } from '#platform';
import { JobFiles } from '../media/job-files.service';
import { describeFrameStep } from '../pages/job.view';
import { compareClasses } from './comparison';

/** Two runs side by side. */
@ApiExcludeController()
@Controller('compare')
@Access('user')
export class CompareController {
  constructor(
    private readonly jobs: JobRepository,
    private readonly files: JobFiles,
  ) {}

  @Get()
  @Render('compare')
  async page(@Query(new SchemaPipe(compareQuerySchema)) { a, b }: CompareQuery): Promise<object> {
    const [first, second] = [await this.summaryOf(a), await this.summaryOf(b)];
    const [jobA, jobB] = [await this.jobs.get(a), await this.jobs.get(b)];
    return {
      title: 'Compare',
      runs: [runOf(jobA, first, 'A'), runOf(jobB, second, 'B')],
      classes: compareClasses(first, second),
      styles: ['compare.css'],
    };
  }

  /** @throws JobNotFoundError, NotFoundException if the job is not complete */
  private async summaryOf(id: string): Promise<SummaryResource> {
    const { STATUS } = await this.jobs.get(id);
    const summary = await this.files.readSummary(id);
    if (!summary) throw new NotFoundException(`Job ${id} has no detections to compare (status ${STATUS}).`);
    return summary;
  }
}

function runOf({ _id, FILENAME, options }: Job, { total, frames }: SummaryResource, name: string): object {
  return {
    ...{ name, id: _id.toHexString(), filename: FILENAME, total, frames },
    model: options?.model ?? 'unknown',
    score: options?.score ?? 'unknown',
    classes: options?.classes.join(', ') || 'all',
    frameStep: describeFrameStep(options?.frameStep ?? 1),
    tracking: options?.tracking ?? 'off',
  };
}
