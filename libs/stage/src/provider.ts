import { Logger, type FactoryProvider, type Type } from '@nestjs/common';
import { JobRepository } from '#jobs';
import { Attempts, Workspace } from '#workspace';
import type { StageHandler } from './handler';
import { STAGE_OBSERVER, type StageObserver } from './observer';
import { StageWorker, type WorkerOptions } from './stage-worker';
import type { Timeline } from './timeline';

/** Token of the Timeline a service reports to. */
export const TIMELINE = Symbol('timeline');
/** Token of the worker's settings. */
export const WORKER_OPTIONS = Symbol('worker options');

/** The worker that runs a handler's stage for as long as the application lives. */
export function stageWorker(handler: Type<StageHandler>): FactoryProvider<StageWorker> {
  return {
    provide: StageWorker,
    inject: [handler, JobRepository, Workspace, TIMELINE, WORKER_OPTIONS, STAGE_OBSERVER],
    useFactory: (
      stageHandler: StageHandler,
      jobs: JobRepository,
      workspace: Workspace,
      timeline: Timeline,
      options: WorkerOptions,
      observer: StageObserver,
    ) => {
      const logger = new Logger(stageHandler.stage);
      const attempts = new Attempts(workspace);
      return new StageWorker(stageHandler, jobs, attempts, timeline, options, logger, observer);
    },
  };
}
