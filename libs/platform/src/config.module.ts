import { Module, type DynamicModule } from '@nestjs/common';
import type { ServiceConfig, WorkerConfig } from '#config';

/** Injection token of the configuration. Declare only the settings that a class needs. */
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
