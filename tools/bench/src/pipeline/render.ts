import { figure, table } from '../report';
import { STAGES } from '../run';
import type { Ratio } from '../statistics';
import { CPU_PHASES, PHASES, type Summary } from './summary';
import { VARIANTS, type Round, type VariantName } from './variants';

/** A summary, and what its clip was if a table has several. */
interface Part {
  readonly clip?: string;
  readonly summary: Summary;
}

/** Markdown tables with a row per clip and variant: medians, with the minimum and maximum in brackets. */
export function renderTables(parts: readonly Part[]): string {
  const rows = parts.flatMap(({ clip, summary }) =>
    summary.variants.map((figures) => ({ title: prefixed(clip, VARIANTS[figures.variant].title), figures })),
  );
  const framesPerSecond = rows.map(({ title, figures }) => [
    title,
    ...PHASES.map((phase) => figure(figures.framesPerSecond[phase], 1)),
    figure(figures.aviMb, 1),
    figure(figures.mp4Mb, 1),
    figure(figures.keptMb, 1),
    figures.boxesPerFrame.median.toFixed(1),
  ]);
  const wall = rows.map(({ title, figures }) => [
    title,
    ...PHASES.map((phase) => figure(figures.wallMsPerFrame[phase], 1)),
  ]);
  const cpu = rows.map(({ title, figures }) => [
    title,
    ...CPU_PHASES.map((phase) => figure(figures.cpuMsPerFrame[phase], 1)),
  ]);
  const sizes = ['AVI, MB', 'MP4, MB', 'kept, MB', 'boxes a frame'];
  return [
    table(['frames/s', ...STAGES, 'end to end', ...sizes], framesPerSecond),
    table(['wall ms a frame', ...STAGES, 'end to end'], wall),
    table(['CPU ms a frame', ...CPU_PHASES], cpu),
    renderComparisons(parts),
  ].join('\n\n');
}

function renderComparisons(parts: readonly Part[]): string {
  const rows = parts.flatMap(({ clip, summary }) =>
    summary.comparisons.map(({ title, speed, cpu }) => [
      prefixed(clip, title),
      ...ratioCells(speed),
      ...ratioCells(cpu),
    ]),
  );
  const header = [
    'end to end',
    ...['times the frames/s', 'in each round', 'times less CPU', 'in each round'],
  ];
  return table(header, rows);
}

/** In which precision each pipeline ran the model. */
export function precisionLine(rounds: readonly Round[]): string {
  const used = (isOfBoxreel: boolean) => {
    const found = rounds.flatMap((round) =>
      Object.entries(round)
        .filter(([variant]) => 'settings' in VARIANTS[variant as VariantName] === isOfBoxreel)
        .map(([, { precision }]) => precision),
    );
    return [...new Set(found)].join(' and ');
  };
  return `Boxreel ran it in ${used(true)}, the others in ${used(false)}`;
}

function prefixed(clip: string | undefined, title: string): string {
  return clip === undefined ? title : `${clip}, ${title}`;
}

function ratioCells({ ofMedians, perRound }: Ratio): string[] {
  return [`**${ofMedians.toFixed(2)}x**`, perRound.map((value) => `${value.toFixed(2)}x`).join(', ')];
}
