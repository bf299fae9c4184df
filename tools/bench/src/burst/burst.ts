import { STAGES, type Stage } from '../run';
import { table } from '../report';
import { spread } from '../statistics';
import type { Options } from '../options';
import { measureBurst } from './measure';
import { byCpu, fixed, keda, type KedaOptions, type Scaler } from './scaler';
import { simulate, type Outcome, type SimulatedStage } from './simulate';

/** As in k8s/components/keda. */
const BEHAVIOR = { stabilizationS: 300, removeOneInS: 60 } as const;
const KEDA = { ...BEHAVIOR, target: 1, pollingS: 15, cooldownS: 300 } as const;
const LIMITS = {
  preprocess: { min: 1, max: 4 }, // it also serves the pages
  infer: { min: 0, max: 10 },
  postprocess: { min: 0, max: 5 },
} as const;

/** Time to schedule a pod, pull its image and load the model. */
const START_S = 20;

/** STOP_GRACE_MS of k8s/base, and its default. */
const GRACE_S = 3_540;
const SHORT_GRACE_S = 25;

interface Strategy {
  readonly title: string;
  readonly scaler: (stage: Stage) => Scaler;
  readonly graceSeconds?: number;
}

const byQueue = (counts: KedaOptions['counts']) => (stage: Stage) =>
  keda({ ...KEDA, ...LIMITS[stage], counts });

const STRATEGIES: readonly Strategy[] = [
  ...[1, 2, 4, 10].map((n) => ({ title: `${n} of each, fixed`, scaler: () => fixed(n) })),
  { title: "KEDA's maximum, fixed", scaler: (stage) => fixed(LIMITS[stage].max) },
  { title: 'KEDA, waiting and running', scaler: byQueue('waiting and running') },
  { title: 'same, grace 25 s', scaler: byQueue('waiting and running'), graceSeconds: SHORT_GRACE_S },
  { title: 'KEDA, waiting only', scaler: byQueue('waiting') },
  { title: 'same, grace 25 s', scaler: byQueue('waiting'), graceSeconds: SHORT_GRACE_S },
  { title: 'by CPU at 80 %', scaler: (stage) => byCpu({ ...BEHAVIOR, ...LIMITS[stage], utilization: 0.8 }) },
];

/**
 * Simulates a burst of videos with each scaling strategy and prints the results; with `--measure` also runs a real burst on
 * this machine, with one and two replicas of infer, in addition to the simulated one.
 */
export async function measureBursts(folder: string, options: Options): Promise<object> {
  const { videos, stageSeconds } = options;
  const simulated = STRATEGIES.map((strategy) => ({
    title: strategy.title,
    outcome: simulate(videos, chain(stageSeconds, strategy)),
  }));
  console.log(
    `\n${videos} videos at the same time; a replica takes ${STAGES.map((name, k) => `${stageSeconds[k] ?? 0} s (${name})`).join(', ')}\n`,
  );
  console.log(render(simulated));
  const measured = options.measure ? await measureBurst(folder, options) : undefined;
  return { stageSeconds, simulated, measured };
}

function chain(seconds: readonly number[], { scaler, graceSeconds = GRACE_S }: Strategy): SimulatedStage[] {
  return STAGES.map((name, index) => ({
    name,
    secondsPerJob: seconds[index] ?? 1,
    scaler: scaler(name),
    startSeconds: START_S,
    graceSeconds,
  }));
}

function render(
  outcomes: readonly { readonly title: string; readonly outcome: Outcome | undefined }[],
): string {
  const head = [
    '',
    'drained, s',
    'median video, s',
    'peak replicas',
    'replica hours',
    'stopped busy',
    'released jobs',
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
      String(total((stage) => stage.released)),
    ];
  });
  return table(head, rows);
}
