import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { Registry } from 'prom-client';
import { AccessGuard } from '#access';
import type { ServiceConfig, WorkerConfig } from '#config';
import { DatabaseModule, JobsModule } from '#jobs';
import { STAGE_OBSERVER, WORKER_OPTIONS, type WorkerOptions } from '#stage';
import { MetricsController, createRegistry } from '#telemetry';
import { Workspace } from '#workspace';
import { CONFIG } from './config.module';
import { StageMetrics } from './stage-metrics';
import { VolumeGuard } from './volume-guard';

/**
 * The parts that all services share: database and jobs, the shared volume, the access guard, health checks, metrics and
 * worker settings.
 */
@Global()
@Module({
  imports: [
    DatabaseModule.forRootAsync({
      inject: [CONFIG],
      useFactory: ({ MONGODB_URI, MONGODB_DB }: ServiceConfig) => ({ uri: MONGODB_URI, name: MONGODB_DB }),
    }),
    JobsModule,
    TerminusModule.forRoot({ logger: false }),
  ],
  controllers: [MetricsController],
  providers: [
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: Registry, useFactory: createRegistry },
    {
      provide: STAGE_OBSERVER,
      inject: [Registry],
      useFactory: (registry: Registry) => new StageMetrics(registry),
    },
    {
      provide: Workspace,
      inject: [CONFIG],
      useFactory: (config: ServiceConfig) => new Workspace(config.VOLUME_DIR, config.MIN_FREE_MB * 1e6),
    },
    { provide: WORKER_OPTIONS, inject: [CONFIG], useFactory: workerOptions },
    VolumeGuard,
  ],
  exports: [DatabaseModule, JobsModule, TerminusModule, Registry, STAGE_OBSERVER, Workspace, WORKER_OPTIONS],
})
export class CoreModule {}

function workerOptions(config: WorkerConfig): WorkerOptions {
  return {
    leaseMs: config.LEASE_MS,
    maxAttempts: config.MAX_ATTEMPTS,
    retryDelayMs: config.RETRY_DELAY_MS,
    fairAgeMs: config.FAIR_AGE_S * 1000,
    pollMinMs: config.POLL_MIN_MS,
    pollMaxMs: config.POLL_MAX_MS,
    stopGraceMs: config.STOP_GRACE_MS,
    stallMs: config.STALL_MS,
  };
}
