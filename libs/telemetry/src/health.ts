import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { HealthCheck, HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { Access } from '#access';
import { withTimeLimit } from '#flow';

/** Something a service needs to work. `check` rejects with the reason if it is unavailable. */
export interface Dependency {
  readonly name: string;
  readonly check: () => Promise<void>;
}

/** Token of the list of a service's dependencies. */
export const DEPENDENCIES = Symbol('dependencies');

/** Time limit of one check. */
const CHECK_TIMEOUT_MS = 3_000;

const CHECKS = {
  type: 'object',
  additionalProperties: {
    type: 'object',
    required: ['status'],
    properties: { status: { type: 'string', enum: ['up', 'down'] }, reason: { type: 'string' } },
  },
  description: 'by dependency',
} as const;

const HEALTH = {
  schema: {
    type: 'object',
    required: ['status', 'details'],
    properties: {
      status: { type: 'string', enum: ['ok', 'error', 'shutting_down'] },
      info: { ...CHECKS, description: 'the available ones' },
      error: { ...CHECKS, description: 'the unavailable ones' },
      details: { ...CHECKS, description: 'all of them' },
    },
  },
} as const;

/** Written here: what the library generates is OpenAPI 3.0. */
const OWN_DOCUMENT = { swaggerDocumentation: false };

/** `/healthz`: the process responds. `/readyz`: all dependencies are available, otherwise 503 with the reasons. */
@ApiTags('health')
@Controller()
@Access('public')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    @Inject(DEPENDENCIES) private readonly dependencies: readonly Dependency[],
  ) {}

  @Get('healthz')
  @HealthCheck(OWN_DOCUMENT)
  @ApiOperation({ summary: 'Whether the process responds' })
  @ApiOkResponse({ ...HEALTH, description: 'it does' })
  live() {
    return this.health.check([]);
  }

  @Get('readyz')
  @HealthCheck(OWN_DOCUMENT)
  @ApiOperation({ summary: 'Whether all dependencies are available' })
  @ApiOkResponse({ ...HEALTH, description: 'they are' })
  @ApiServiceUnavailableResponse({ ...HEALTH, description: 'some are not, with the reasons' })
  ready() {
    return this.health.check(this.dependencies.map((dependency) => () => this.probe(dependency)));
  }

  private async probe({ name, check }: Dependency) {
    const indicator = this.indicators.check(name);
    try {
      await withTimeLimit(check(), CHECK_TIMEOUT_MS);
      return indicator.up();
    } catch (error) {
      return indicator.down({ reason: error instanceof Error ? error.message : String(error) });
    }
  }
}
