import { ownCpuMs } from '../processes';
import type { Stage } from '../run';

/** Adds up the time of each stage of a loop in this process. */
export class StageClock {
  readonly seconds: Record<Stage, number> = { preprocess: 0, infer: 0, postprocess: 0 };
  readonly cpuMs: Record<Stage, number> = { preprocess: 0, infer: 0, postprocess: 0 };
  private wall = performance.now();
  private cpu = ownCpuMs();

  /** Counts the time since the last lap, wall-clock and CPU, as that of a stage. */
  lap(stage: Stage): void {
    const [wall, cpu] = [performance.now(), ownCpuMs()];
    this.seconds[stage] += (wall - this.wall) / 1000;
    this.cpuMs[stage] += cpu - this.cpu;
    [this.wall, this.cpu] = [wall, cpu];
  }

  /** Counts CPU time of another process. */
  add(stage: Stage, cpuMs: number): void {
    this.cpuMs[stage] += cpuMs;
  }
}
