import { Body, Controller, Get, Post, Redirect, Render } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Access } from '#access';
import { JobRepository } from '#jobs';
import { knownFields, type Fields } from '../intake/job-options';
import { JobId } from '../jobs/job-id.pipe';
import { Catalogue } from '../models/catalogue';
import { toChoice } from '../models/model.resource';
import { RerunService } from './rerun.service';

/** The form for running a video again. */
@ApiExcludeController()
@Controller('jobs/:id/rerun')
@Access('user')
export class RerunPageController {
  constructor(
    private readonly jobs: JobRepository,
    private readonly catalogue: Catalogue,
    private readonly reruns: RerunService,
  ) {}

  @Get()
  @Render('rerun')
  async form(@JobId() id: string): Promise<object> {
    const { FILENAME: filename, options } = await this.jobs.get(id);
    const model = options?.model ?? this.catalogue.defaultModel;
    const entries = await this.catalogue.list();
    return {
      title: 'Run again',
      ...{ id, filename, score: options?.score, frameStep: options?.frameStep ?? 1 },
      classes: options?.classes.join(', '),
      tracking: options?.tracking !== 'off',
      models: entries
        .map((entry) => toChoice(entry, this.catalogue))
        .filter(({ problem }) => problem === undefined)
        .map((choice) => ({ ...choice, selected: choice.name === model })),
      styles: ['upload.css'],
    };
  }

  @Post()
  @Redirect('/result', 303)
  async rerun(@JobId() id: string, @Body() fields: Fields | undefined): Promise<{ url: string }> {
    const job = await this.reruns.rerun(id, knownFields(fields ?? {}));
    return { url: `/jobs/${job._id.toHexString()}` };
  }
}
