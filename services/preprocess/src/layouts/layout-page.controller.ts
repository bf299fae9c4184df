import { Body, ConflictException, Controller, Get, Post, Query, Redirect, Render, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { z } from 'zod';
import { Access } from '#access';
import { NOT_A_PRESET_NAME, PRESET_NAME, type Layout } from '#contract';
import { COMPLETE_STATUS, JobRepository, LayoutPresets, layoutOf, type Job } from '#jobs';
import { SchemaPipe } from '#platform';
import { parseLayout } from '../intake/layout-option';
import { JobId } from '../jobs/job-id.pipe';
import { JobFiles } from '../media/job-files.service';
import { toPlayer } from '../pages/player.view';
import { JobLayouts } from './job-layouts.service';
import { checkPresetName } from './preset-name.pipe';

const oneText = (name: string) => z.string(`${name}: expected one text`).trim().default('');

/** The form as text. `store` is the button that stores a preset instead of the lines and zones of the job. */
const formSchema = z.object({ layout: oneText('layout'), name: oneText('name'), store: oneText('store') });
const presetSchema = z.object({ preset: oneText('preset') });

type Form = z.output<typeof formSchema>;
type Chosen = z.output<typeof presetSchema>;

const EMPTY: Layout = { anchor: 'bottom', lines: [], zones: [] };

/** The editor of lines and zones. Without JavaScript it is a form with their JSON. */
@ApiExcludeController()
@Controller('jobs/:id/layout')
@Access('user')
export class LayoutPageController {
  constructor(
    private readonly jobs: JobRepository,
    private readonly layouts: JobLayouts,
    private readonly presets: LayoutPresets,
    private readonly files: JobFiles,
  ) {}

  @Get()
  @Render('job-layout')
  async page(@JobId() id: string, @Query(new SchemaPipe(presetSchema)) { preset }: Chosen): Promise<object> {
    const job = await this.editable(id);
    const stored = preset === '' ? undefined : await this.presets.get(preset);
    const layout = stored?.layout ?? layoutOf(job) ?? EMPTY;
    return this.view(job, { text: JSON.stringify(layout, null, 1), preset: stored?._id ?? '' });
  }

  /** Shows the form again if something is wrong with it, so that no input is lost. */
  @Post()
  async save(
    @JobId() id: string,
    @Body(new SchemaPipe(formSchema)) { layout: text, name, store }: Form,
    @Res() response: Response,
  ): Promise<void> {
    const job = await this.editable(id);
    const { layout, problem } = parseLayout(text);
    const wrongName =
      store !== '' && !PRESET_NAME.test(name) ? `Preset name: ${NOT_A_PRESET_NAME}` : undefined;
    const wrong = problem ?? wrongName;
    if (wrong !== undefined || !layout) {
      response
        .status(400)
        .render('job-layout', await this.view(job, { text, preset: '', name, problem: wrong }));
    } else if (store !== '') {
      await this.presets.save(name, layout);
      response.redirect(303, `/jobs/${id}/layout?preset=${encodeURIComponent(name)}`);
    } else {
      await this.layouts.set(id, layout);
      response.redirect(303, `/jobs/${id}#layout`);
    }
  }

  @Post('delete')
  @Redirect('/', 303)
  async remove(@JobId() id: string): Promise<{ url: string }> {
    await this.layouts.remove(id);
    return { url: `/jobs/${id}` };
  }

  @Post('delete-preset')
  @Redirect('/', 303)
  async removePreset(
    @JobId() id: string,
    @Body(new SchemaPipe(presetSchema)) { preset }: Chosen,
  ): Promise<{ url: string }> {
    await this.presets.remove(checkPresetName(preset));
    return { url: `/jobs/${id}/layout` };
  }

  /** @throws JobNotFoundError; ConflictException unless the job is complete and has tracks */
  private async editable(id: string): Promise<Job> {
    const job = await this.jobs.get(id);
    if (job.STATUS === COMPLETE_STATUS && (await this.layouts.hasTracks(id))) return job;
    throw new ConflictException(
      `Lines and zones need a complete job with tracks; job ${id} is ${job.STATUS}. Run its video again with tracking.`,
    );
  }

  private async view(
    job: Job,
    form: { text: string; preset: string; name?: string; problem?: string | undefined },
  ): Promise<object> {
    const id = job._id.toHexString();
    const { width = 16, height = 9 } = job.video ?? {};
    const { layer } = toPlayer(job, await this.files.videos(id), [], 0);
    const presets = await this.presets.list();
    return {
      title: `Lines and zones of ${job.FILENAME}`,
      ...{ id, filename: job.FILENAME, exists: layoutOf(job) !== undefined, layer, width, height, ...form },
      problem: form.problem === undefined ? undefined : `${form.problem}.`,
      presets: presets.map(({ _id }) => ({ name: _id, selected: _id === form.preset })),
      styles: ['layout.css', 'layout-editor.css'],
      scripts: ['layout-editor.js'],
    };
  }
}
