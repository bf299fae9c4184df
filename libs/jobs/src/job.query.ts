import { Types, type Model, type QueryFilter } from 'mongoose';
import type { Sort } from '#contract';
import { NOT_DELETED } from './deletion';
import { InvalidCursorError } from './errors';
import { hasJobId } from './ids';
import type { Job } from './job.schema';
import type { Status } from './lifecycle';
import { sanitize } from './sanitize';

/** Selects the jobs of a page. */
export interface JobQuery {
  /** All statuses if empty. */
  readonly statuses?: readonly Status[];
  /** Part of the file name, case-insensitive. */
  readonly search?: string;
  /** A class that the finished job has detections of. */
  readonly label?: string;
  readonly model?: string;
  /** Default: newest. Each order is that of an index. */
  readonly sort?: Sort;
  readonly limit: number;
  /** `nextCursor` of the previous page. */
  readonly cursor?: string;
}

export interface JobPage {
  readonly jobs: Job[];
  /** `cursor` for the next page; null on the last page. */
  readonly nextCursor: string | null;
}

/** A number that jobs are sorted by, largest first; jobs without it are left out. */
interface Measure {
  readonly path: string;
  readonly valueOf: (job: Job) => number | undefined;
}

const MEASURES: Readonly<Partial<Record<Sort, Measure>>> = {
  longest: { path: 'video.duration', valueOf: ({ video }) => video?.duration },
  detections: { path: 'detections.total', valueOf: ({ detections }) => detections?.total },
};

const REGEX_SPECIAL = /[\\^$.*+?()[\]{}|]/g;

/** The value that a page ended at, before the id of its last job. */
const MEASURED_CURSOR = /^(\d[\d.e+-]*)_([0-9a-f]{24})$/;

/** A page of the jobs. @throws InvalidCursorError */
export async function listJobs(jobs: Model<Job>, query: JobQuery): Promise<JobPage> {
  const { limit, sort = 'newest' } = query;
  const measure = MEASURES[sort];
  const found = await jobs
    .find(filterOf(query))
    .sort({ ...(measure && { [measure.path]: -1 }), _id: sort === 'oldest' ? 1 : -1 })
    .limit(limit + 1)
    .lean<Job[]>();
  const page = found.slice(0, limit).filter(hasJobId);
  const last = found.length > limit ? page.at(-1) : undefined;
  return { jobs: page.map(sanitize), nextCursor: last ? cursorOf(last, measure) : null };
}

/** The MongoDB filter for a query. @throws InvalidCursorError */
function filterOf(query: JobQuery): QueryFilter<Job> {
  const { statuses = [], search = '', label, model } = query;
  const name = { $regex: search.replace(REGEX_SPECIAL, '\\$&'), $options: 'i' };
  return {
    ...(statuses.length > 0 ? { STATUS: { $in: statuses } } : NOT_DELETED),
    ...(search !== '' && { FILENAME: name }),
    ...(label !== undefined && { 'detections.classes.label': label }),
    ...(model !== undefined && { 'options.model': model }),
    ...placeOf(query),
  };
}

/** The part of the order that the page is in. */
function placeOf({ sort = 'newest', cursor }: JobQuery): QueryFilter<Job> {
  const measure = MEASURES[sort];
  if (!measure) {
    if (cursor === undefined) return {};
    if (!Types.ObjectId.isValid(cursor)) throw new InvalidCursorError(cursor);
    return { _id: { [sort === 'oldest' ? '$gt' : '$lt']: new Types.ObjectId(cursor) } };
  }
  const { path } = measure;
  if (cursor === undefined) return { [path]: { $gte: 0 } };
  const [, text, id] = MEASURED_CURSOR.exec(cursor) ?? [];
  const value = Number(text);
  if (id === undefined || !Number.isFinite(value)) throw new InvalidCursorError(cursor);
  // The range is for the index; the alternatives leave out the jobs of earlier pages.
  return {
    [path]: { $gte: 0, $lte: value },
    $or: [{ [path]: { $lt: value } }, { _id: { $lt: new Types.ObjectId(id) } }],
  };
}

function cursorOf(job: Job, measure: Measure | undefined): string {
  const id = job._id.toHexString();
  return measure ? `${measure.valueOf(job) ?? 0}_${id}` : id;
}

/** When jobs were uploaded: from `since` to before `until`. */
export interface UploadPeriod {
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}

/** The jobs of a period, oldest first. Keeps a batch of records in memory. */
export async function* jobsUploaded(jobs: Model<Job>, { since, until }: UploadPeriod): AsyncGenerator<Job> {
  const period = { ...(since && { $gte: since }), ...(until && { $lt: until }) };
  const found = jobs
    .find({ ...NOT_DELETED, ...((since ?? until) && { PROCESS_START: period }) })
    .sort({ _id: 1 })
    .lean<Job[]>()
    .cursor();
  for await (const job of found) {
    if (hasJobId(job)) yield sanitize(job);
  }
}
