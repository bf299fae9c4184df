import { Module, type DynamicModule } from '@nestjs/common';
import type { ServiceConfig, WorkerConfig } from '#config';

/** Token of the service's configuration. Inject it as the part of the service's config type that is needed. */
export const CONFIG = Symbol('config');

/** Provides the configuration to all modules of a service. */
@Module({})
export class ConfigModule {
  static register(config: ServiceConfig & WorkerConfig): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [{ provide: CONFIG, useValue: config }],
      exports: [CONFIG],
    };
  }
}
