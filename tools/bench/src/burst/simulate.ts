import { type Scaler } from './scaler';

/** A stage of the queue. Times in seconds. */
export interface SimulatedStage {
  readonly name: string;
  /** Time that one replica needs per job. */
  readonly secondsPerJob: number;
  /** Decides the number of replicas. */
  readonly scaler: Scaler;
  /** From the decision to add a replica until it polls: scheduling, the container, loading the model. */
  readonly startSeconds: number;
  /** A stopping replica may finish a job that takes at most this long; otherwise it releases the job. */
  readonly graceSeconds: number;
}

/** Result of a simulation. Times in seconds. */
export interface Outcome {
  /** When the last job was complete. */
  readonly drainedAt: number;
  /** From arrival to completion, for every job, in the order of completion. */
  readonly jobTimes: readonly number[];
  readonly stages: readonly {
    readonly name: string;
    readonly peakReplicas: number;
    /** Sum of the lifetimes of all replicas, including their start. */
    readonly replicaSeconds: number;
    /** Replicas that were stopped during a job. */
    readonly busyStops: number;
    /** Jobs released by those replicas and started over. */
    readonly released: number;
  }[];
}

interface Replica {
  readyAt: number;
  /** Of the current job. */
  remainingSeconds: number | undefined;
}

/** Tolerance for the rounding errors of many small steps, in seconds. */
const ROUNDING = 1e-6;

/** Give up if the queue has not drained after a week. */
const MAX_SECONDS = 7 * 24 * 3600;

/**
 * Simulates a burst of jobs, all arriving at time 0, in a chain of stages. Nothing is random: the newest replica is
 * removed first, as Kubernetes does by default.
 *
 * @param step length of a time step in seconds; must be a whole number with an autoscaler
 * @returns undefined if the jobs are not done within a week
 */
export function simulate(jobs: number, stages: readonly SimulatedStage[], step = 1): Outcome | undefined {
  const simulations = stages.map((stage) => new StageSimulation(stage, step));
  const jobTimes: number[] = [];
  simulations[0]?.arrive(jobs);
  for (let steps = 0; jobTimes.length < jobs; steps++) {
    const now = steps * step;
    if (now > MAX_SECONDS) return undefined;
    const done = simulations.map((simulation) => simulation.step(now));
    done.forEach((count, index) => {
      const next = simulations[index + 1];
      if (next) next.arrive(count);
      else jobTimes.push(...Array<number>(count).fill(now + step));
    });
  }
  return {
    drainedAt: jobTimes.at(-1) ?? 0,
    jobTimes,
    stages: simulations.map((simulation) => simulation.report()),
  };
}

class StageSimulation {
  private waiting = 0;
  private readonly replicas: Replica[] = [];
  /** Replicas that are stopping but finish their jobs first. */
  private readonly draining: Replica[] = [];
  private peakReplicas = 0;
  private replicaSeconds = 0;
  private busyStops = 0;
  private released = 0;

  constructor(
    private readonly stage: SimulatedStage,
    private readonly stepSeconds: number,
  ) {}

  arrive(jobs: number): void {
    this.waiting += jobs;
  }

  /** @returns number of jobs completed in this step */
  step(now: number): number {
    const running = [...this.replicas, ...this.draining].filter(
      ({ remainingSeconds }) => remainingSeconds !== undefined,
    ).length;
    const replicas = this.replicas.length;
    this.scaleTo(this.stage.scaler.wanted({ now, waiting: this.waiting, running, replicas }), now);
    for (const replica of this.replicas) {
      if (replica.remainingSeconds !== undefined || replica.readyAt > now || this.waiting === 0) continue;
      this.waiting--;
      replica.remainingSeconds = this.stage.secondsPerJob;
    }
    let done = 0;
    for (const replica of [...this.replicas, ...this.draining]) {
      if (replica.remainingSeconds === undefined) continue;
      replica.remainingSeconds -= this.stepSeconds;
      if (replica.remainingSeconds > ROUNDING) continue;
      replica.remainingSeconds = undefined;
      done++;
    }
    this.replicaSeconds += this.stepSeconds * (this.replicas.length + this.draining.length);
    this.draining.splice(
      0,
      Infinity,
      ...this.draining.filter(({ remainingSeconds }) => remainingSeconds !== undefined),
    );
    this.peakReplicas = Math.max(this.peakReplicas, this.replicas.length);
    return done;
  }

  report() {
    const { peakReplicas, replicaSeconds, busyStops, released } = this;
    return { name: this.stage.name, peakReplicas, replicaSeconds, busyStops, released };
  }

  private scaleTo(wanted: number, now: number): void {
    while (this.replicas.length < wanted) {
      const startSeconds = now === 0 ? 0 : this.stage.startSeconds; // the initial replicas are already running
      this.replicas.push({ readyAt: now + startSeconds, remainingSeconds: undefined });
    }
    for (const replica of this.replicas.splice(wanted)) {
      if (replica.remainingSeconds === undefined) continue;
      this.busyStops++;
      if (replica.remainingSeconds <= this.stage.graceSeconds) this.draining.push(replica);
      else {
        this.released++;
        this.waiting++;
      }
    }
  }
}
