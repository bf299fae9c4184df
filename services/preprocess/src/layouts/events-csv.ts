import { stringify } from 'csv-stringify/sync';
import type { LayoutEvent, LayoutEvents } from '#contract';

const COLUMNS = [
  ...['frame', 'time', 'event', 'name', 'direction', 'directionName'],
  ...['track', 'label', 'dwell', 'appeared', 'disappeared'],
];

/** CSV with a header (RFC 4180, but lines end in LF): one row per event. Cells that do not apply are empty. */
export function eventsCsv({ layout, events }: LayoutEvents): string {
  const directions = new Map(layout.lines.map(({ name, directions }) => [name, directions]));
  const row = (event: LayoutEvent) => ({
    ...{ frame: event.frame, time: event.time, event: event.type, track: event.track, label: event.label },
    name: event.type === 'cross' ? event.line : event.zone,
    ...(event.type === 'cross' && {
      direction: event.direction,
      directionName: directions.get(event.line)?.[event.direction],
    }),
    ...(event.type === 'enter' && { appeared: event.appeared && 'yes' }),
    ...(event.type === 'exit' && { dwell: event.dwell, disappeared: event.disappeared && 'yes' }),
  });
  return stringify(events.map(row), { header: true, columns: COLUMNS });
}
