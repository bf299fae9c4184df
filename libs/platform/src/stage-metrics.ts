import { Counter, Histogram, type Registry } from 'prom-client';
import type { AttemptOutcome, StageObserver, WorkName } from '#stage';

/** Seconds of a job in one stage, for clips of a second up to hours of video. */
const STAGE_BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200];

/** Metrics of the stage workers. */
export class StageMetrics implements StageObserver {
  private readonly framesTotal: Counter<'stage'>;
  private readonly jobsTotal: Counter<'stage' | 'outcome'>;
  private readonly duration: Histogram<'stage'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.framesTotal = new Counter({
      name: 'boxreel_frames_processed_total',
      help: 'Frames processed by a stage, including those of attempts that failed later',
      labelNames: ['stage'],
      registers,
    });
    this.jobsTotal = new Counter({
      name: 'boxreel_stage_jobs_total',
      help: 'Attempts of a stage by outcome: completed, failed, retried, released or lost',
      labelNames: ['stage', 'outcome'],
      registers,
    });
    this.duration = new Histogram({
      name: 'boxreel_stage_duration_seconds',
      help: 'Time from the claim of a job to its publication to the next stage',
      labelNames: ['stage'],
      buckets: STAGE_BUCKETS,
      registers,
    });
  }

  frames(stage: WorkName, count: number): void {
    this.framesTotal.inc({ stage }, count);
  }

  ended(stage: WorkName, outcome: AttemptOutcome, seconds: number): void {
    this.jobsTotal.inc({ stage, outcome });
    if (outcome === 'completed') this.duration.observe({ stage }, seconds);
  }
}
