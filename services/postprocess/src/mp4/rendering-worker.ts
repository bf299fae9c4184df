import { Logger, type FactoryProvider } from '@nestjs/common';
import { FinishedJobs, JobRepository, Renderings } from '#jobs';
import { STAGE_OBSERVER, WORKER_OPTIONS, Worker, type StageObserver, type WorkerOptions } from '#stage';
import { Workspace } from '#workspace';
import { Mp4Renderer } from './mp4-renderer';
import { RenderingQueue } from './rendering-queue';

/** The worker that makes requested MP4s, beside the one of the stage: users wait for them. */
export const renderingWorker: FactoryProvider<Worker> = {
  provide: Symbol('rendering worker'),
  inject: [Renderings, JobRepository, FinishedJobs, Workspace, Mp4Renderer, WORKER_OPTIONS, STAGE_OBSERVER],
  useFactory: (
    renderings: Renderings,
    jobs: JobRepository,
    finished: FinishedJobs,
    workspace: Workspace,
    renderer: Mp4Renderer,
    options: WorkerOptions,
    observer: StageObserver,
  ) => {
    const queue = new RenderingQueue({ renderings, jobs, finished, workspace, renderer, options });
    return new Worker(queue, workspace, options, new Logger('mp4'), observer);
  },
};
