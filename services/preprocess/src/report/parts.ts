import { findTracks } from '#annotation/files';
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

/** A file of a report. */
interface ReportPart {
  readonly name: string;
  /** Its content; undefined if the job has none. */
  readonly content: (job: ReportJob) => Promise<string | Buffer | undefined>;
}

const counts: ReportPart = {
  name: 'counts.csv',
  content: async ({ path, video }) =>
    countsCsv(path('detections.ndjson'), await findTracks(path('tracks.json')), video),
};

const tracks: ReportPart = {
  name: 'tracks.csv',
  content: async ({ path, video }) => {
    const found = await findTracks(path('tracks.json'));
    return found && tracksCsv(found, video);
  },
};

const events: ReportPart = {
  name: 'events.csv',
  content: async ({ path }) => {
    const found = await findEvents(path('events.json'));
    return found && eventsCsv(found);
  },
};

const layout: ReportPart = {
  name: 'layout.svg',
  content: async (job) => {
    const found = await findEvents(job.path('events.json'));
    return found && layoutPicture(found.layout, job);
  },
};

/** The files of a report, in order. */
const PARTS: readonly ReportPart[] = [counts, tracks, events, layout];

/** The contents of a report on a job. */
export async function reportOf(job: ReportJob): Promise<{ name: string; content: Buffer }[]> {
  const files: { name: string; content: Buffer }[] = [];
  for (const { name, content } of PARTS) {
    const found = await content(job);
    if (found !== undefined) files.push({ name, content: Buffer.from(found) });
  }
  return files;
}
