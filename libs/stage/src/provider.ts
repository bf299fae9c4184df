import { Logger, type FactoryProvider, type Type } from '@nestjs/common';
import { JobRepository } from '#jobs';
import { Attempts, Workspace } from '#workspace';
import type { StageHandler } from './handler';
import { STAGE_OBSERVER, type StageObserver } from './observer';
import { StageQueue } from './stage-queue';
import type { Timeline } from './timeline';
import { Worker, type WorkerOptions } from './worker';

/** Injection token of the Timeline. */
export const TIMELINE = Symbol('timeline');
/** Injection token of the WorkerOptions. */
export const WORKER_OPTIONS = Symbol('worker options');

/** Provides the worker that runs the stage of a handler while the application is up. */
export function stageWorker(handler: Type<StageHandler>): FactoryProvider<Worker> {
  return {
    provide: Worker,
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
      const queue = new StageQueue({ handler: stageHandler, jobs, attempts, timeline, options, logger });
      return new Worker(queue, workspace, options, logger, observer);
    },
  };
}
