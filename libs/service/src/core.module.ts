import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { MongooseModule, type MongooseModuleFactoryOptions } from '@nestjs/mongoose';
import { TerminusModule } from '@nestjs/terminus';
import { Registry } from 'prom-client';
import { AccessGuard } from '#access';
import type { ServiceConfig, WorkerConfig } from '#config';
import { JobsModule } from '#jobs';
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
    MongooseModule.forRootAsync({ inject: [CONFIG], useFactory: databaseOptions }),
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
  exports: [JobsModule, TerminusModule, Registry, STAGE_OBSERVER, Workspace, WORKER_OPTIONS],
})
export class CoreModule {}

function databaseOptions(config: ServiceConfig): MongooseModuleFactoryOptions {
  return {
    uri: config.MONGODB_URI,
    dbName: config.MONGODB_DB,
    serverSelectionTimeoutMS: 5_000,
    // Waits for the database at startup; later the driver reconnects.
    retryAttempts: Number.MAX_SAFE_INTEGER,
    retryDelay: 2_000,
  };
}

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
