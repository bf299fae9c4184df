/** What a scaler knows about a stage. Times in seconds since the burst. */
interface StageState {
  readonly now: number;
  /** Jobs that wait for the stage. */
  readonly waiting: number;
  /** Jobs that replicas are processing. */
  readonly running: number;
  /** All replicas, including those that are starting. */
  readonly replicas: number;
}

/** Decides the number of replicas of a stage. Called at every step, in order. */
export interface Scaler {
  wanted(state: StageState): number;
}

/** A constant number of replicas. */
export function fixed(replicas: number): Scaler {
  return { wanted: () => replicas };
}

/** Sync period of the Horizontal Pod Autoscaler (default of kube-controller-manager). */
const HPA_SYNC_S = 15;

/** Default scale-up limit of the HPA: in 15 s the replicas may double or grow by 4, whichever is more. */
const growthLimit = (replicas: number) => Math.max(2 * replicas, replicas + 4);

interface HpaOptions {
  readonly max: number;
  /** Scale-in follows the highest desired number within this time (`scaleDown.stabilizationWindowSeconds`). */
  readonly stabilizationS: number;
  /** Scale-in removes one replica per this time (a `scaleDown` policy). */
  readonly removeOneInS: number;
}

/** The autoscaler from 1 to `max`: acts once per sync period, grows within its limit, shrinks slowly. */
class Hpa {
  private history: { readonly at: number; readonly replicas: number }[] = [];
  private removedAt = -Infinity;

  constructor(private readonly options: HpaOptions) {}

  move({ now, replicas }: StageState, desired: number): number {
    const from = Math.max(replicas, 1);
    if (now % HPA_SYNC_S !== 0) return from;
    const { max, stabilizationS, removeOneInS } = this.options;
    this.history = [
      ...this.history.filter(({ at }) => at > now - stabilizationS),
      { at: now, replicas: desired },
    ];
    if (desired > from) return Math.min(desired, growthLimit(from), max);
    const highest = Math.max(...this.history.map((each) => each.replicas));
    if (highest >= from || from === 1 || now - this.removedAt < removeOneInS) return from;
    this.removedAt = now;
    return from - 1;
  }
}

export interface KedaOptions extends HpaOptions {
  readonly min: 0 | 1;
  /** Jobs per replica (`queryValue`). */
  readonly target: number;
  /** Which jobs the query counts. */
  readonly counts: 'waiting' | 'waiting and running';
  /** Interval at which KEDA checks an empty queue (`pollingInterval`). */
  readonly pollingS: number;
  /** The last replica is removed after this time without jobs (`cooldownPeriod`). */
  readonly cooldownS: number;
}

/** KEDA: scales between 0 and 1 itself, the autoscaler does the rest. */
export function keda({ min, target, counts, pollingS, cooldownS, ...options }: KedaOptions): Scaler {
  const hpa = new Hpa(options);
  let activeAt = 0;
  return {
    wanted(state) {
      const { now, waiting, running, replicas } = state;
      const backlog = waiting + (counts === 'waiting' ? 0 : running);
      const polled = now % pollingS === 0;
      if (polled && backlog > 0) activeAt = now;
      if (replicas === 0) return polled && backlog > 0 ? 1 : min;
      if (polled && backlog === 0 && now - activeAt >= cooldownS && min === 0) return 0;
      return hpa.move(state, Math.ceil(backlog / target));
    },
  };
}

/** The autoscaler by CPU: a working replica uses all its CPU, an idle one uses none. */
export function byCpu({ utilization, ...options }: HpaOptions & { readonly utilization: number }): Scaler {
  const hpa = new Hpa(options);
  return {
    wanted(state) {
      const { replicas, running } = state;
      const desired = replicas === 0 ? 1 : Math.ceil(running / utilization);
      return hpa.move(state, desired);
    },
  };
}
