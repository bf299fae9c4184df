/** What a scaler sees of a stage. Times in seconds since the burst. */
export interface Sight {
  readonly now: number;
  /** Jobs that wait for the stage. */
  readonly waiting: number;
  /** Jobs that replicas have in hand. */
  readonly running: number;
  /** Replicas that there are, those that start included. */
  readonly replicas: number;
}

/** Decides how many replicas a stage should have. Is asked at every step, in order. */
export interface Scaler {
  wanted(sight: Sight): number;
}

/** So many, always. */
export function fixed(replicas: number): Scaler {
  return { wanted: () => replicas };
}

/** The Horizontal Pod Autoscaler looks at its metrics so often (kube-controller-manager's default). */
const HPA_SYNC_S = 15;

/** Its default limit to growth: in 15 s the replicas may double or grow by 4, whichever is more. */
const grown = (replicas: number) => Math.max(2 * replicas, replicas + 4);

interface HpaOptions {
  readonly max: number;
  /** Scale-in follows the highest wish of so many seconds (`scaleDown.stabilizationWindowSeconds`). */
  readonly stabilizationS: number;
  /** Scale-in takes one replica in so many seconds (a `scaleDown` policy). */
  readonly removeOneInS: number;
}

/** The autoscaler from 1 to `max`: moves once per sync, grows within its limit, shrinks slowly. */
class Hpa {
  private wishes: { readonly at: number; readonly replicas: number }[] = [];
  private removedAt = -Infinity;

  constructor(private readonly options: HpaOptions) {}

  move({ now, replicas }: Sight, wish: number): number {
    const from = Math.max(replicas, 1);
    if (now % HPA_SYNC_S !== 0) return from;
    const { max, stabilizationS, removeOneInS } = this.options;
    this.wishes = [...this.wishes.filter(({ at }) => at > now - stabilizationS), { at: now, replicas: wish }];
    if (wish > from) return Math.min(wish, grown(from), max);
    const highest = Math.max(...this.wishes.map((each) => each.replicas));
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
  /** While there are none, the queue is looked at so often (`pollingInterval`). */
  readonly pollingS: number;
  /** The last replica goes after so long without a job (`cooldownPeriod`). */
  readonly cooldownS: number;
}

/** KEDA: itself from 0 to 1 and back, the autoscaler in between. */
export function keda({ min, target, counts, pollingS, cooldownS, ...options }: KedaOptions): Scaler {
  const hpa = new Hpa(options);
  let activeAt = 0;
  return {
    wanted(sight) {
      const { now, waiting, running, replicas } = sight;
      const backlog = waiting + (counts === 'waiting' ? 0 : running);
      const polled = now % pollingS === 0;
      if (polled && backlog > 0) activeAt = now;
      if (replicas === 0) return polled && backlog > 0 ? 1 : min;
      if (polled && backlog === 0 && now - activeAt >= cooldownS && min === 0) return 0;
      return hpa.move(sight, Math.ceil(backlog / target));
    },
  };
}

/** The autoscaler by CPU: a replica that works uses all it has, one that waits for work uses none. */
export function byCpu({ utilization, ...options }: HpaOptions & { readonly utilization: number }): Scaler {
  const hpa = new Hpa(options);
  return {
    wanted(sight) {
      const { replicas, running } = sight;
      const wish = replicas === 0 ? 1 : Math.ceil(running / utilization);
      return hpa.move(sight, wish);
    },
  };
}
