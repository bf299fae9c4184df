import { STAGES, type Run } from '../run';
import { ratio, spread, type Ratio, type Spread } from '../statistics';
import { PAIRS, VARIANT_NAMES, type Pair, type Round, type VariantName } from './variants';

export const PHASES = [...STAGES, 'total'] as const;
export const CPU_PHASES = [...STAGES, 'database', 'total'] as const;

/** Figures of one variant over all rounds. */
interface VariantSummary {
  readonly variant: VariantName;
  readonly framesPerSecond: Readonly<Record<(typeof PHASES)[number], Spread>>;
  readonly wallMsPerFrame: Readonly<Record<(typeof PHASES)[number], Spread>>;
  readonly cpuMsPerFrame: Readonly<Record<(typeof CPU_PHASES)[number], Spread>>;
  readonly boxesPerFrame: Spread;
  readonly aviMb: Spread;
  readonly mp4Mb: Spread;
  readonly keptMb: Spread;
}

/** How one variant compares with another, end to end. */
interface Comparison extends Pair {
  /** Frames/s of the fast one over those of the slow one; the same as wall-clock time of the slow one over the fast one. */
  readonly speed: Ratio;
  /** CPU time of the slow one over that of the fast one. */
  readonly cpu: Ratio;
}

export interface Summary {
  readonly variants: readonly VariantSummary[];
  readonly comparisons: readonly Comparison[];
}

/** @param rounds at least one; only the variants in it are summarized and compared */
export function summarize(rounds: readonly Round[]): Summary {
  const runs = (variant: VariantName) =>
    rounds.map((round) => round[variant]).filter((run) => run !== undefined);
  const speeds = (variant: VariantName) => runs(variant).map(({ frames, seconds }) => frames / seconds.total);
  const cpu = (variant: VariantName) => runs(variant).map(({ frames, cpuMs }) => cpuMs.total / frames);
  const ran = VARIANT_NAMES.filter((variant) => runs(variant).length > 0);
  return {
    variants: ran.map((variant) => summarizeVariant(variant, runs(variant))),
    comparisons: PAIRS.filter(({ fast, slow }) => ran.includes(fast) && ran.includes(slow)).map((pair) => ({
      ...pair,
      speed: ratio(speeds(pair.fast), speeds(pair.slow)),
      cpu: ratio(cpu(pair.slow), cpu(pair.fast)),
    })),
  };
}

function summarizeVariant(variant: VariantName, runs: readonly Run[]): VariantSummary {
  const over = (figureOf: (run: Run) => number) => spread(runs.map(figureOf));
  return {
    variant,
    framesPerSecond: fromKeys(PHASES, (phase) => over(({ frames, seconds }) => frames / seconds[phase])),
    wallMsPerFrame: fromKeys(PHASES, (phase) =>
      over(({ frames, seconds }) => (seconds[phase] * 1000) / frames),
    ),
    cpuMsPerFrame: fromKeys(CPU_PHASES, (phase) => over(({ frames, cpuMs }) => cpuMs[phase] / frames)),
    boxesPerFrame: over(({ boxes, frames }) => boxes / frames),
    aviMb: over(({ aviBytes }) => aviBytes / 1e6),
    mp4Mb: over(({ mp4Bytes }) => mp4Bytes / 1e6),
    keptMb: over(({ keptBytes }) => keptBytes / 1e6),
  };
}

function fromKeys<Key extends string, Value>(
  keys: readonly Key[],
  value: (key: Key) => Value,
): Record<Key, Value> {
  return Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<Key, Value>;
}
