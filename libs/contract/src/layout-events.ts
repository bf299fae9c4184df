import { z } from 'zod';
import { layoutSchema } from './layout';

const frame = z.int().min(0);
const count = z.int().min(0);

const common = {
  frame: frame.describe('frame number from 0'),
  time: z.number().min(0).describe('seconds from the start'),
  track: z.int().min(1).describe('track of the object'),
  label: z.string().meta({ example: 'person' }),
};

export const DIRECTIONS = ['left', 'right'] as const;

const cross = z
  .object({
    type: z.literal('cross'),
    line: z.string().meta({ example: 'Main Street' }),
    direction: z.enum(DIRECTIONS).describe('the side on which the object ends; the layout may name it'),
    ...common,
  })
  .meta({
    id: 'CrossEvent',
    description: 'An object crosses a line. The frame is the first on or beyond it.',
  });

const enter = z
  .object({
    type: z.literal('enter'),
    zone: z.string().meta({ example: 'Car park' }),
    ...common,
    appeared: z.literal(true).exactOptional().describe('the track begins inside the zone'),
  })
  .meta({ id: 'EnterEvent', description: 'An object enters a zone. The frame is the first inside.' });

const exit = z
  .object({
    type: z.literal('exit'),
    zone: z.string().meta({ example: 'Car park' }),
    ...common,
    dwell: z.number().min(0).describe('seconds inside'),
    disappeared: z
      .literal(true)
      .exactOptional()
      .describe('the track ends inside the zone, and the frame is its last'),
  })
  .meta({ id: 'ExitEvent', description: 'An object leaves a zone. The frame is the first outside.' });

const event = z
  .discriminatedUnion('type', [cross, enter, exit])
  .meta({ id: 'LayoutEvent', description: 'What an object does at a line or a zone.' });

const classes = z
  .array(z.object({ label: z.string(), count }).meta({ id: 'ObjectCount' }))
  .describe('most frequent first');

const tally = z
  .object({ total: count, classes })
  .meta({ id: 'Tally', description: 'In total and by class.' });

const direction = z
  .object({
    name: z.string().nullable().describe('from the layout'),
    total: count,
    classes,
  })
  .meta({ id: 'DirectionCount' });

const lineCounts = z
  .object({
    name: z.string().meta({ example: 'Main Street' }),
    left: direction.describe('crossings that end on the left'),
    right: direction.describe('crossings that end on the right'),
  })
  .meta({ id: 'LineCounts' });

const dwell = z
  .object({
    mean: z.number().nullable().describe('null without visits'),
    max: z.number().nullable().describe('null without visits'),
    total: z.number(),
  })
  .meta({ id: 'Dwell', description: 'Seconds that objects spend inside, by visit.' });

const occupancy = z
  .object({
    frames: z.int().min(1).describe('frames per bin; the last bin may have fewer'),
    counts: z.array(count).describe('for each bin, the maximum number of objects inside at once'),
  })
  .meta({ id: 'Occupancy', description: 'Objects inside over time, in at most 500 bins.' });

const zoneCounts = z
  .object({
    name: z.string().meta({ example: 'Car park' }),
    entries: tally.describe('visits, with those of objects that appeared inside'),
    exits: tally.describe('ends of visits, with those of objects that disappeared inside'),
    objects: tally.describe('different objects'),
    dwell,
    occupancy,
  })
  .meta({ id: 'ZoneCounts' });

/** The events and counts at the lines and zones of a video, as stored in `events.json`. */
export const layoutEventsSchema = z
  .object({
    layout: layoutSchema,
    frameRate: z.number().positive().describe('frames per second'),
    frames: z.int().min(0).describe('of the video'),
    lines: z.array(lineCounts).describe('in the order of the layout'),
    zones: z.array(zoneCounts).describe('in the order of the layout'),
    events: z.array(event).describe('by frame'),
  })
  .meta({ id: 'LayoutEvents' });

export type Direction = (typeof DIRECTIONS)[number];
export type CrossEvent = z.infer<typeof cross>;
export type EnterEvent = z.infer<typeof enter>;
export type ExitEvent = z.infer<typeof exit>;
export type LayoutEvent = z.infer<typeof event>;
export type Tally = z.infer<typeof tally>;
export type LineCounts = z.infer<typeof lineCounts>;
export type ZoneCounts = z.infer<typeof zoneCounts>;
export type LayoutEvents = z.infer<typeof layoutEventsSchema>;
