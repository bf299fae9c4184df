import type { LayoutEvents, Tally } from '#contract';
import { formatSeconds } from '../pages/durations';

/** Counts at lines and zones as the job page shows them. */
export interface CountsView {
  readonly lines: readonly LineRow[];
  readonly zones: readonly ZoneRow[];
}

/** One direction of a line. */
interface LineRow {
  readonly name: string;
  readonly direction: string;
  readonly total: number;
  readonly classes: string;
}

interface ZoneRow {
  readonly name: string;
  readonly entries: number;
  readonly exits: number;
  readonly objects: number;
  /** Classes of the objects. */
  readonly classes: string;
  /** Seconds in words, or a dash without visits. */
  readonly mean: string;
  readonly max: string;
}

export function toCounts({ lines, zones }: LayoutEvents): CountsView {
  return {
    lines: lines.flatMap(({ name, left, right }) =>
      Object.entries({ left, right }).map(([side, direction]) => ({
        ...{ name, direction: direction.name ?? `to the ${side}`, total: direction.total },
        classes: inWords(direction.classes),
      })),
    ),
    zones: zones.map(({ name, entries, exits, objects, dwell }) => ({
      ...{ name, entries: entries.total, exits: exits.total, objects: objects.total },
      classes: inWords(objects.classes),
      mean: duration(dwell.mean),
      max: duration(dwell.max),
    })),
  };
}

/** For example `car 12, person 3`. */
function inWords(classes: Tally['classes']): string {
  return classes.map(({ label, count }) => `${label} ${count}`).join(', ');
}

function duration(seconds: number | null): string {
  return seconds === null ? '-' : formatSeconds(seconds * 1000);
}
