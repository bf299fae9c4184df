import { STAGES, type Stage } from '../run';
import { table } from '../report';
import { spread } from '../statistics';
import type { Options } from '../options';
import { measureBurst } from './measure';
import { byCpu, fixed, keda, type Scaler } from './scaler';
import { simulate, type Outcome, type SimulatedStage } from './simulate';

/** As k8s/components/keda has them. */
const BEHAVIOR = { stabilizationS: 300, removeOneInS: 60 } as const;
const KEDA = { ...BEHAVIOR, target: 1, pollingS: 15, cooldownS: 300 } as const;
const LIMITS = {
  preprocess: { min: 1, max: 4 }, // it serves the pages, too
  infer: { min: 0, max: 10 },
  postprocess: { min: 0, max: 5 },
} as const;

/** A pod is scheduled, its image is there, the model is loaded. */
const START_S = 20;

/** STOP_GRACE_MS of k8s/base. */
const GRACE_S = 540;

const SCALERS: readonly (readonly [string, (stage: Stage) => Scaler])[] = [
  ...[1, 2, 4, 10].map((replicas) => [`always ${replicas} of each`, () => fixed(replicas)] as const),
  ['always as many as KEDA at most', (stage) => fixed(LIMITS[stage].max)],
  [
    'KEDA, waiting and running',
    (stage) => keda({ ...KEDA, ...LIMITS[stage], counts: 'waiting and running' }),
  ],
  ['KEDA, waiting only', (stage) => keda({ ...KEDA, ...LIMITS[stage], counts: 'waiting' })],
  ['by CPU at 80 %', (stage) => byCpu({ ...BEHAVIOR, max: LIMITS[stage].max, utilization: 0.8 })],
];

/**
 * Plays a burst of videos under each way to scale, and prints what came of it; with `--measure` also runs a real one
 * on this machine, with one and two replicas of infer, beside what the simulation says of it.
 */
export async function measureBursts(folder: string, options: Options): Promise<object> {
  const { videos, stageSeconds } = options;
  const simulated = SCALERS.map(([title, scaler]) => ({
    title,
    outcome: simulate(videos, chain(stageSeconds, scaler)),
  }));
  console.log(
    `\n${videos} videos at once; a replica takes ${STAGES.map((name, k) => `${stageSeconds[k] ?? 0} s (${name})`).join(', ')}\n`,
  );
  console.log(render(simulated));
  const measured = options.measure ? await measureBurst(folder, options) : undefined;
  return { stageSeconds, simulated, measured };
}

function chain(seconds: readonly number[], scaler: (stage: Stage) => Scaler): SimulatedStage[] {
  return STAGES.map((name, index) => ({
    name,
    secondsPerJob: seconds[index] ?? 1,
    scaler: scaler(name),
    startSeconds: START_S,
    graceSeconds: GRACE_S,
  }));
}

function render(
  outcomes: readonly { readonly title: string; readonly outcome: Outcome | undefined }[],
): string {
  const head = [
    '',
    'all done, s',
    'median video, s',
    'most replicas',
    'replica hours',
    'stopped busy',
    'done twice',
  ];
  const rows = outcomes.map(({ title, outcome }) => {
    if (!outcome) return [title, 'never', ...Array<string>(5).fill('-')];
    const { drainedAt, jobTimes, stages } = outcome;
    const total = (figure: (stage: Outcome['stages'][number]) => number) =>
      stages.reduce((sum, stage) => sum + figure(stage), 0);
    return [
      title,
      String(drainedAt),
      spread(jobTimes).median.toFixed(0),
      String(total((stage) => stage.peakReplicas)),
      (total((stage) => stage.replicaSeconds) / 3600).toFixed(2),
      String(total((stage) => stage.busyStops)),
      String(total((stage) => stage.handedBack)),
    ];
  });
  return table(head, rows);
}
