import {
  Logger,
  Module,
  type DynamicModule,
  type InjectionToken,
  type ModuleMetadata,
  type Type,
} from '@nestjs/common';
import { JobRepository, JobsModule } from '#jobs';
import { Workspace } from '#workspace';
import type { StageHandler } from './handler';
import { StageWorker, type WorkerOptions } from './stage-worker';
import type { Timeline } from './timeline';

export const TIMELINE = Symbol('timeline');
export const WORKER_OPTIONS = Symbol('worker options');

/** Runs a handler's stage for as long as the application lives. */
@Module({})
export class StageModule {
  /**
   * @param options.handler the class of the handler, provided by one of `imports`
   * @param options.imports must export the handler, Workspace, TIMELINE and WORKER_OPTIONS
   */
  static register(options: {
    handler: Type<StageHandler>;
    imports: ModuleMetadata['imports'];
  }): DynamicModule {
    const inject: InjectionToken[] = [options.handler, JobRepository, Workspace, TIMELINE, WORKER_OPTIONS];
    return {
      module: StageModule,
      imports: [JobsModule, ...(options.imports ?? [])],
      providers: [
        {
          provide: StageWorker,
          inject,
          useFactory: (
            handler: StageHandler,
            jobs: JobRepository,
            workspace: Workspace,
            timeline: Timeline,
            worker: WorkerOptions,
          ) => new StageWorker(handler, jobs, workspace, timeline, worker, new Logger(handler.stage)),
        },
      ],
    };
  }
}
