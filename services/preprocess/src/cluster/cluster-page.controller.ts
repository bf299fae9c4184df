import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { Access } from '#access';
import { KNOWN, OutsideClusterError, ScalingError, type Scaler } from '#scaling';
import { toRows } from './deployment.row';
import { SCALER } from './scaler.provider';
import { statusOf } from './scaling-error.filter';

/** How soon the page asks again while a change that was made on it goes on, in seconds. */
const REFRESH = 3;

/** What was changed by the form, as the address of the page after it has it. */
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
  async scale(
    @Param('name') name: string,
    @Body() form: { readonly replicas?: unknown } | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const text = typeof form?.replicas === 'string' ? form.replicas.trim() : '';
    try {
      const {
        before,
        after,
        name: scaled,
      } = await this.scaler.scale(name, /^\d{1,9}$/.test(text) ? Number(text) : NaN);
      response.redirect(303, `/cluster?scaled=${scaled}&before=${before}&after=${after}`);
    } catch (error) {
      fail(response, error);
    }
  }

  private async show(response: Response, { notice }: { notice: string | undefined }): Promise<void> {
    const state = await this.scaler.deployments();
    const deployments = toRows(state);
    // only while a change made here goes on: it would empty the forms under somebody's hands
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

/** The page with the reason. @throws what is no ScalingError */
function fail(response: Response, error: unknown, status?: number): void {
  if (!(error instanceof ScalingError)) throw error;
  const outside = error instanceof OutsideClusterError;
  response.status(status ?? statusOf(error));
  response.render('cluster', { title: 'Cluster', outside, problem: outside ? undefined : error.message });
}

/** What the form did, for example `infer is scaled from 1 to 3.`; undefined unless it led here. */
function describe({ scaled, before, after }: Change): string | undefined {
  const isCount = (text: unknown): text is string => typeof text === 'string' && /^\d{1,9}$/.test(text);
  const name = KNOWN.find((known) => known.name === scaled)?.name;
  if (name === undefined || !isCount(before) || !isCount(after)) return undefined;
  return before === after ? `${name} stays at ${after}.` : `${name} is scaled from ${before} to ${after}.`;
}
