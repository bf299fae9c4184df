import { Body, Controller, Get, Inject, Param, Put, UseFilters } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Access } from '#access';
import {
  deploymentsSchema,
  refTo,
  scaleSchema,
  scaledSchema,
  type DeploymentsResource,
  type ScaleRequest,
  type ScaleResource,
} from '#contract';
import { ApiErrors, SchemaPipe } from '#platform';
import { KNOWN, type Scaler } from '#scaling';
import { toDeployments, toScale } from './deployment.resource';
import { SCALER } from './scaler.provider';
import { ScalingErrorFilter } from './scaling-error.filter';

/** The JSON API of the services' replicas on Kubernetes. */
@ApiTags('cluster')
@Controller('api/deployments')
@UseFilters(ScalingErrorFilter)
@ApiErrors({
  403: 'the key or RBAC does not allow it; the message names a missing rule',
  404: 'unknown deployment',
  502: 'the cluster is unreachable or rejects the credentials',
  503: 'not running in a cluster',
  504: 'the cluster did not respond in time',
})
@Access('user')
export class DeploymentsController {
  constructor(@Inject(SCALER) private readonly scaler: Scaler) {}

  @Get()
  @ApiOperation({ summary: 'Replicas and pods of every service' })
  @ApiOkResponse({ schema: refTo(deploymentsSchema), description: 'the deployments' })
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
  @ApiErrors({
    400: 'not a whole number, or out of range',
    409: 'KEDA scales it (SCALER=keda), or concurrent changes conflicted',
    422: 'the cluster rejects the number',
  })
  async scale(
    @Param('name') name: string,
    @Body(new SchemaPipe(scaleSchema)) { replicas }: ScaleRequest,
  ): Promise<ScaleResource> {
    return toScale(await this.scaler.scale(name, replicas));
  }
}
