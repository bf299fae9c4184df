import { Controller, Get, Headers, HttpCode, Post, Redirect, Render, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { Access } from '#access';
import { JobRepository } from '#jobs';
import { JobId } from '../jobs/job-id.pipe';
import { RestartService } from '../jobs/restart.service';
import { withoutBasePath } from '../base-path';
import { JobDeletion } from '../housekeeping/deletion';
import { JobFiles } from '../media/job-files.service';
import { statusText } from './job.words';

/** The actions that users take on a job in the pages. */
@ApiExcludeController()
@Controller()
@Access('user')
export class ActionsController {
  constructor(
    private readonly jobs: JobRepository,
    private readonly deletion: JobDeletion,
    private readonly files: JobFiles,
    private readonly restarts: RestartService,
  ) {}

  @Get(':id/download')
  async download(@JobId() id: string, @Res() response: Response): Promise<void> {
    await this.files.video(id, response);
  }

  @Post(':id/cancel')
  @Redirect('/result', 303)
  async cancel(@JobId() id: string, @Headers('Referer') referer?: string): Promise<object | undefined> {
    await this.jobs.cancel(id);
    return backTo(referer);
  }

  @Post(':id/retry')
  @Redirect('/result', 303)
  async retry(@JobId() id: string, @Headers('Referer') referer?: string): Promise<object | undefined> {
    await this.restarts.restart(id);
    return backTo(referer);
  }

  /** Asks for confirmation: previews, prefetchers and other sites open links, too. */
  @Get(':id/delete')
  @Render('delete')
  async confirmDelete(@JobId() id: string): Promise<object> {
    const { FILENAME: filename, STATUS: status } = await this.jobs.get(id);
    return { title: 'Delete?', id, filename, status, words: statusText(status).toLowerCase() };
  }

  @Post(':id/delete')
  @HttpCode(200)
  @Render('deleted')
  async delete(@JobId() id: string): Promise<object> {
    await this.deletion.delete(id);
    return { title: 'Deleted', id };
  }
}

/** The page that the request came from, with its filters, if it is the results page or a job page. */
function backTo(referer: string | undefined): { url: string } | undefined {
  if (referer === undefined || !URL.canParse(referer)) return undefined;
  const { pathname, search } = new URL(referer);
  const path = withoutBasePath(pathname);
  return /^\/(result|jobs\/[0-9a-f]{24})$/.test(path) ? { url: path + search } : undefined;
}
