import { Controller, Get, Inject } from '@nestjs/common';
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

/** `/healthz`: the process responds. `/readyz`: all dependencies are available, otherwise 503 with the reasons. */
@Controller()
@Access('public')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    @Inject(DEPENDENCIES) private readonly dependencies: readonly Dependency[],
  ) {}

  @Get('healthz')
  @HealthCheck()
  live() {
    return this.health.check([]);
  }

  @Get('readyz')
  @HealthCheck()
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
