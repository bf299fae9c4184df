import { Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import type { InferConfig } from '#config';
import { CONFIG, EngineMetrics } from '#platform';
import { EngineService } from './engine.service';

/** The detection engine and its metrics. */
@Module({
  providers: [{ provide: EngineService, inject: [CONFIG, Registry], useFactory: createEngine }],
  exports: [EngineService],
})
export class EngineModule {}

function createEngine(config: InferConfig, registry: Registry): EngineService {
  const metrics = new EngineMetrics(registry);
  const service = new EngineService(config, metrics);
  metrics.watch(() => service.engine.status);
  return service;
}
