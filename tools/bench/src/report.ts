import { STAGES, type Run } from './run';
import { ratio, spread, type Ratio, type Spread } from './statistics';

/** The variants, each run once per round. */
const VARIANTS = {
  'naive-mpeg4': 'naive, mpeg4 AVI',
  'naive-mjpeg': 'naive, mjpeg AVI',
  'boxreel-mp4': 'Boxreel, mjpeg AVI and MP4',
  'boxreel-mjpeg': 'Boxreel, mjpeg AVI (default)',
  'boxreel-mpeg4': 'Boxreel, mpeg4 AVI',
} as const;

type Variant = keyof typeof VARIANTS;

export type Round = Readonly<Record<Variant, Run>>;

const NAMES = Object.keys(VARIANTS) as Variant[];

const RATIOS = [
  { fast: 'boxreel-mp4', slow: 'naive-mpeg4', title: 'with the MP4: Boxreel mjpeg and MP4, naive mpeg4' },
  { fast: 'boxreel-mjpeg', slow: 'naive-mpeg4', title: 'defaults: Boxreel mjpeg, naive mpeg4' },
  { fast: 'boxreel-mpeg4', slow: 'naive-mpeg4', title: 'same codec: mpeg4' },
  { fast: 'boxreel-mjpeg', slow: 'naive-mjpeg', title: 'same codec: mjpeg' },
] as const satisfies readonly { fast: Variant; slow: Variant; title: string }[];

const PHASES = [...STAGES, 'total'] as const;
const CPU_PHASES = [...STAGES, 'database', 'total'] as const;

/** Figures of one variant over all rounds. */
interface VariantSummary {
  readonly framesPerSecond: Readonly<Record<(typeof PHASES)[number], Spread>>;
  readonly cpuMsPerFrame: Readonly<Record<(typeof CPU_PHASES)[number], Spread>>;
  readonly boxesPerFrame: Spread;
  readonly aviMb: Spread;
  readonly mp4Mb: Spread;
}

export interface Summary {
  readonly variants: Readonly<Record<Variant, VariantSummary>>;
  /** Ratios of frames/s, end to end. */
  readonly ratios: readonly ({ title: string; fast: Variant; slow: Variant } & Ratio)[];
}

export function summarize(rounds: readonly Round[]): Summary {
  const runs = (variant: Variant) => rounds.map((round) => round[variant]);
  const endToEnd = (variant: Variant) => runs(variant).map(({ frames, seconds }) => frames / seconds.total);
  return {
    variants: fromKeys(NAMES, (variant) => summarizeVariant(runs(variant))),
    ratios: RATIOS.map((pair) => ({ ...pair, ...ratio(endToEnd(pair.fast), endToEnd(pair.slow)) })),
  };
}

/** The summary as Markdown tables: medians, with the minimum and maximum in brackets. */
export function renderSummary({ variants, ratios }: Summary): string {
  const framesPerSecond = NAMES.map((variant) => [
    VARIANTS[variant],
    ...PHASES.map((phase) => figure(variants[variant].framesPerSecond[phase], 1)),
    figure(variants[variant].aviMb, 1),
    figure(variants[variant].mp4Mb, 1),
    variants[variant].boxesPerFrame.median.toFixed(1),
  ]);
  const cpu = NAMES.map((variant) => [
    VARIANTS[variant],
    ...CPU_PHASES.map((phase) => figure(variants[variant].cpuMsPerFrame[phase], 1)),
  ]);
  const factors = ratios.map(({ title, ofMedians, perRound }) => [
    title,
    `**${ofMedians.toFixed(2)}x**`,
    perRound.map((value) => `${value.toFixed(2)}x`).join(', '),
  ]);
  return [
    table(['frames/s', ...STAGES, 'end to end', 'AVI, MB', 'MP4, MB', 'boxes per frame'], framesPerSecond),
    table(['CPU ms per frame', ...CPU_PHASES], cpu),
    table(['frames/s end to end, Boxreel over naive', 'ratio of medians', 'per round'], factors),
  ].join('\n\n');
}

/** A Markdown table that is also readable as text; the first column is text, the others are figures. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((_, i) => Math.max(3, ...[header, ...rows].map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [header, rule, ...rows].map(line).join('\n');
}

function summarizeVariant(runs: readonly Run[]): VariantSummary {
  const over = (figureOf: (run: Run) => number) => spread(runs.map(figureOf));
  return {
    framesPerSecond: fromKeys(PHASES, (phase) => over(({ frames, seconds }) => frames / seconds[phase])),
    cpuMsPerFrame: fromKeys(CPU_PHASES, (phase) => over(({ frames, cpuMs }) => cpuMs[phase] / frames)),
    boxesPerFrame: over(({ boxes, frames }) => boxes / frames),
    aviMb: over(({ aviBytes }) => aviBytes / 1e6),
    mp4Mb: over(({ mp4Bytes }) => mp4Bytes / 1e6),
  };
}

/** A median, with the minimum and maximum in brackets. */
export function figure({ median, min, max }: Spread, digits: number): string {
  const [middle, least, greatest] = [median, min, max].map((value) => value.toFixed(digits));
  return least === greatest ? `${middle}` : `${middle} (${least}-${greatest})`;
}

function fromKeys<Key extends string, Value>(
  keys: readonly Key[],
  value: (key: Key) => Value,
): Record<Key, Value> {
  return Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<Key, Value>;
}
