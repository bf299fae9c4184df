import { BadRequestException, Body, Controller, Get, Inject, Param, Put, UseFilters } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Access } from '#access';
import {
  deploymentsSchema,
  refTo,
  scaleSchema,
  scaledSchema,
  type DeploymentsResource,
  type ScaleForm,
  type ScaleResource,
} from '#contract';
import { KNOWN, type Scaler } from '#scaling';
import { toDeployments, toScale } from './deployment.resource';
import { SCALER } from './scaler.provider';
import { ScalingErrorFilter } from './scaling-error.filter';

/** The JSON API of the services' replicas on Kubernetes. */
@ApiTags('cluster')
@Controller('api/deployments')
@UseFilters(ScalingErrorFilter)
@ApiResponse({
  status: 403,
  description: 'RBAC does not allow it; the message names the missing rule',
})
@ApiResponse({ status: 404, description: 'unknown deployment' })
@ApiResponse({ status: 502, description: 'the cluster is unreachable or rejects the credentials' })
@ApiResponse({ status: 503, description: 'not running in a cluster' })
@ApiResponse({ status: 504, description: 'the cluster did not respond in time' })
@Access('user')
export class DeploymentsController {
  constructor(@Inject(SCALER) private readonly scaler: Scaler) {}

  @Get()
  @ApiOperation({ summary: 'Replicas and pods of every service' })
  @ApiOkResponse({ schema: refTo(deploymentsSchema) })
  async list(): Promise<DeploymentsResource> {
    return toDeployments(await this.scaler.deployments());
  }

  @Put(':name/scale')
  @ApiOperation({ summary: 'Change the number of replicas' })
  @ApiParam({
    name: 'name',
    example: 'infer',
    description: `name of the service or of its Deployment: ${KNOWN.map(({ name, deployment }) => `${name} or ${deployment}`).join(', ')}`,
  })
  @ApiBody({ schema: refTo(scaleSchema) })
  @ApiOkResponse({
    schema: refTo(scaledSchema),
    description: 'the numbers before and after; nothing is written if they are equal',
  })
  @ApiResponse({ status: 400, description: 'not a whole number, or out of range' })
  @ApiResponse({ status: 409, description: 'KEDA scales it (SCALER=keda), or concurrent changes conflicted' })
  @ApiResponse({ status: 422, description: 'the cluster rejects the number' })
  async scale(
    @Param('name') name: string,
    @Body() form: Partial<ScaleForm> | undefined,
  ): Promise<ScaleResource> {
    return toScale(await this.scaler.scale(name, readReplicas(form)));
  }
}

/** The scaler checks the range. @throws BadRequestException unless the body is JSON with a number */
function readReplicas(form: { readonly replicas?: unknown } | undefined): number {
  const replicas = form?.replicas;
  if (typeof replicas === 'number') return replicas;
  const what = replicas === undefined ? 'missing' : JSON.stringify(replicas).slice(0, 64);
  throw new BadRequestException(`replicas is ${what}: expected JSON such as {"replicas": 3}.`);
}
