import { Body, Controller, Get, HttpCode, Param, Post, Redirect, Render, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { JobRepository } from '#jobs';
import { RestartService } from '../api/restart.service';
import { IntakeService } from '../intake/intake.service';
import { JobFiles } from '../media/job-files.service';
import { WORDS } from './job.words';

/** What a person does with a job. */
@ApiExcludeController()
@Controller()
export class ActionsController {
  constructor(
    private readonly jobs: JobRepository,
    private readonly intake: IntakeService,
    private readonly files: JobFiles,
    private readonly restarts: RestartService,
  ) {}

  @Get(':id/download')
  async download(@Param('id') id: string, @Res() response: Response): Promise<void> {
    await this.files.video(id, response);
  }

  @Post(':id/cancel')
  @Redirect('/result', 303)
  async cancel(@Param('id') id: string, @Body() form: unknown): Promise<object | undefined> {
    await this.jobs.cancel(id);
    return backTo(id, form);
  }

  @Post(':id/retry')
  @Redirect('/result', 303)
  async retry(@Param('id') id: string, @Body() form: unknown): Promise<object | undefined> {
    await this.restarts.restart(id);
    return backTo(id, form);
  }

  /** The contract's link. It asks first: links are also opened by previews, prefetchers and pages of others. */
  @Get(':id/delete')
  @Render('delete')
  async confirmDelete(@Param('id') id: string): Promise<object> {
    const { FILENAME: filename, STATUS: status } = await this.jobs.get(id);
    return { title: 'Delete?', id, filename, status, words: WORDS[status].toLowerCase() };
  }

  @Post(':id/delete')
  @HttpCode(200)
  @Render('deleted')
  async delete(@Param('id') id: string): Promise<object> {
    await this.intake.remove(id);
    return { title: 'Deleted', id };
  }
}

/** To the page of the job, for who pressed the button there. */
function backTo(id: string, form: unknown): object | undefined {
  const onPage = typeof form === 'object' && form !== null && 'from' in form && form.from === 'job';
  return onPage ? { url: `/jobs/${id}` } : undefined;
}
