import type {
  Direction,
  ExitEvent,
  Layout,
  LayoutEvent,
  LayoutLine,
  LineCounts,
  Tally,
  ZoneCounts,
} from '#contract';
import { occupancyOf } from './occupancy';

/** The events of a video, by frame, and what they add up to. */
export interface Counts {
  readonly frames: number;
  readonly lines: LineCounts[];
  readonly zones: ZoneCounts[];
  readonly events: LayoutEvent[];
}

/** Sorts events and adds them up. @param events in any order, the events of an object at a zone by time */
export function countsOf(layout: Layout, events: readonly LayoutEvent[], frames: number): Counts {
  const places = [...layout.lines, ...layout.zones].map(({ name }) => name);
  const order = new Map(places.map((name, n) => [name, n]));
  const placeOf = (event: LayoutEvent) => order.get(event.type === 'cross' ? event.line : event.zone) ?? 0;
  const sorted = events.toSorted((a, b) => a.frame - b.frame || a.track - b.track || placeOf(a) - placeOf(b));
  return {
    frames,
    lines: layout.lines.map((line) => lineCounts(line, sorted)),
    zones: layout.zones.map(({ name }) => zoneCounts(name, sorted, frames)),
    events: sorted,
  };
}

function lineCounts({ name, directions }: LayoutLine, events: readonly LayoutEvent[]): LineCounts {
  const crossings = events.filter((event) => event.type === 'cross').filter(({ line }) => line === name);
  const towards = (direction: Direction) => ({
    name: directions?.[direction] ?? null,
    ...tally(crossings.filter((crossing) => crossing.direction === direction)),
  });
  return { name, left: towards('left'), right: towards('right') };
}

function zoneCounts(name: string, events: readonly LayoutEvent[], frames: number): ZoneCounts {
  const changes = events.filter((event) => event.type !== 'cross').filter(({ zone }) => zone === name);
  const entries = changes.filter(({ type }) => type === 'enter');
  const exits = changes.filter((event) => event.type === 'exit');
  const first = new Map(entries.toReversed().map((entry) => [entry.track, entry]));
  return {
    name,
    entries: tally(entries),
    exits: tally(exits),
    objects: tally([...first.values()]),
    dwell: dwellOf(exits),
    occupancy: occupancyOf(changes, frames),
  };
}

function dwellOf(exits: readonly ExitEvent[]): ZoneCounts['dwell'] {
  const total = exits.reduce((sum, { dwell }) => sum + dwell, 0);
  const max = exits.reduce((most, { dwell }) => Math.max(most, dwell), 0);
  const visits = exits.length > 0;
  return {
    mean: visits ? rounded(total / exits.length) : null,
    max: visits ? max : null,
    total: rounded(total),
  };
}

function tally(events: readonly { readonly label: string }[]): Tally {
  const counts = new Map<string, number>();
  for (const { label } of events) counts.set(label, (counts.get(label) ?? 0) + 1);
  const classes = [...counts].map(([label, count]) => ({ label, count }));
  return {
    total: events.length,
    classes: classes.sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1)),
  };
}

function rounded(seconds: number): number {
  return Number(seconds.toFixed(6));
}
