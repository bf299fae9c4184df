import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { Access } from '#access';
import { scaleFormSchema } from '#contract';
import { KNOWN, OutsideClusterError, ScalingError, type Scaler } from '#scaling';
import { toRows } from './deployment.row';
import { SCALER } from './scaler.provider';
import { statusOf } from './scaling-error.filter';

/** Seconds between refreshes while a change made on the page is in progress. */
const REFRESH = 3;

/** The change made by the form, as query parameters of the page shown after it. */
interface Change {
  readonly scaled?: unknown;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** The replicas of each service, with a form to change them. Works without JavaScript. */
@ApiExcludeController()
@Controller('cluster')
@Access('user')
export class ClusterPageController {
  constructor(@Inject(SCALER) private readonly scaler: Scaler) {}

  @Get()
  async page(@Query() change: Change, @Res() response: Response): Promise<void> {
    try {
      await this.show(response, { notice: describe(change) });
    } catch (error) {
      fail(response, error, error instanceof OutsideClusterError ? 200 : undefined);
    }
  }

  @Post(':name/scale')
  async scale(@Param('name') name: string, @Body() form: unknown, @Res() response: Response): Promise<void> {
    try {
      // The scaler explains what it expects instead of NaN.
      const { replicas } = scaleFormSchema.safeParse(form).data ?? { replicas: NaN };
      const { before, after, name: scaled } = await this.scaler.scale(name, replicas);
      response.redirect(303, `/cluster?scaled=${scaled}&before=${before}&after=${after}`);
    } catch (error) {
      fail(response, error);
    }
  }

  private async show(response: Response, { notice }: { notice: string | undefined }): Promise<void> {
    const state = await this.scaler.deployments();
    const deployments = toRows(state);
    // Refreshing resets the forms, so refresh only while a change made here is in progress.
    const changing = notice !== undefined && deployments.some(({ settled }) => !settled);
    response.render('cluster', {
      title: 'Cluster',
      namespace: state.namespace,
      deployments,
      notice,
      refresh: changing ? REFRESH : undefined,
    });
  }
}

/** Renders the page with the reason. @throws any error that is not a ScalingError */
function fail(response: Response, error: unknown, status?: number): void {
  if (!(error instanceof ScalingError)) throw error;
  const outside = error instanceof OutsideClusterError;
  response.status(status ?? statusOf(error));
  response.render('cluster', { title: 'Cluster', outside, problem: outside ? undefined : error.message });
}

/** The notice after a change, for example `infer is scaled from 1 to 3.`; undefined without a change. */
function describe({ scaled, before, after }: Change): string | undefined {
  const isCount = (text: unknown): text is string => typeof text === 'string' && /^\d{1,9}$/.test(text);
  const name = KNOWN.find((known) => known.name === scaled)?.name;
  if (name === undefined || !isCount(before) || !isCount(after)) return undefined;
  return before === after ? `${name} stays at ${after}.` : `${name} is scaled from ${before} to ${after}.`;
}
