import { findTracks, type Tracks } from '#annotation/files';
import type { LayoutEvents } from '#contract';
import { findEvents } from '#events';
import { countsCsv, tracksCsv, type Video } from '#exports';
import type { Artifact } from '#workspace';
import { eventsCsv } from '../layouts/events-csv';
import { layoutPicture } from './layout-picture';

/** The job that a report is about. */
export interface ReportJob {
  readonly video: Video;
  /** Where an artifact is, or would be. */
  readonly path: (artifact: Artifact) => string;
}

/** What a report is made from. */
interface Results extends ReportJob {
  /** Undefined in jobs without tracks. */
  readonly tracks: Tracks | undefined;
  /** Undefined in jobs without lines and zones. */
  readonly events: LayoutEvents | undefined;
}

/** The files of a report, in order. A job that has nothing for a file lacks it. */
const PARTS: Readonly<Record<string, (results: Results) => Promise<string> | string | undefined>> = {
  'counts.csv': ({ path, tracks, video }) => countsCsv(path('detections.ndjson'), tracks, video),
  'tracks.csv': ({ tracks, video }) => tracks && tracksCsv(tracks, video),
  'events.csv': ({ events }) => events && eventsCsv(events),
  'layout.svg': ({ events, ...job }) => events && layoutPicture(events.layout, job),
};

/** The contents of a report on a job. */
export async function reportOf(job: ReportJob): Promise<{ name: string; content: Buffer }[]> {
  const [tracks, events] = await Promise.all([
    findTracks(job.path('tracks.json')),
    findEvents(job.path('events.json')),
  ]);
  const files: { name: string; content: Buffer }[] = [];
  for (const [name, contentOf] of Object.entries(PARTS)) {
    const content = await contentOf({ ...job, tracks, events });
    if (content !== undefined) files.push({ name, content: Buffer.from(content) });
  }
  return files;
}
