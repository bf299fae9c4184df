import { Types } from 'mongoose';
import {
  CANCELLED_STATUS,
  COMPLETE_STATUS,
  STAGES,
  STAGE_NAMES,
  STATUSES,
  TIME_FIELDS,
  isError,
  isFinal,
  runningStage,
  stageOf,
  type Job,
  type Status,
} from '#jobs';
import { seeded, type Random } from '../../../../test/support/random';

/** Seed of the records. */
const SEED = 10_000;

/** Time between two uploads. */
const SPACING_MS = 180_000;

/** Number of running jobs; they are the newest. */
export const RUNNING = 20;
const UNFINISHED = 200;

/** Final statuses of the other jobs, per hundred. */
const COMPLETE_OF_100 = 82;
const FAILED_OF_100 = 12;

/** A text in the names of this many files, and one in none. */
export const RARE = { text: 'fire drill', files: 3 } as const;
export const MISSING = 'zeppelin';

const PLACES = ['Warehouse', 'gate', 'car park', 'Loading bay', 'lobby', 'Tür', 'crossing', 'yard'];
const ERRORS = STATUSES.filter(isError);
const RUNNING_STATUSES = STAGE_NAMES.map((name) => STAGES[name].running);
const WAITING_STATUSES = STAGE_NAMES.map((name) => STAGES[name].waiting);

/**
 * Records of a system that has been in use for weeks, newest first. Workers find nothing to claim: waiting jobs are not
 * due, and leases do not expire, for an hour.
 * @param now in ms since 1970
 */
export function makeRecords(count: number, now: number): Job[] {
  const random = seeded(SEED);
  const rareEvery = Math.floor(count / RARE.files);
  return Array.from({ length: count }, (_, n) => {
    const arrived = now - (n + 1) * SPACING_MS;
    const name = n % rareEvery === rareEvery - 1 ? `Fire Drill ${n}` : `${pick(random, PLACES)} ${n % 16}`;
    return makeRecord(statusOf(n, random), { n, arrived, now, name, random });
  });
}

function statusOf(n: number, random: Random): Status {
  if (n < RUNNING) return at(RUNNING_STATUSES, n);
  if (n < UNFINISHED) return at(WAITING_STATUSES, n);
  const percent = random() * 100;
  if (percent < COMPLETE_OF_100) return COMPLETE_STATUS;
  return percent < COMPLETE_OF_100 + FAILED_OF_100 ? pick(random, ERRORS) : CANCELLED_STATUS;
}

interface Seeds {
  readonly n: number;
  readonly arrived: number;
  readonly now: number;
  readonly name: string;
  readonly random: Random;
}

function makeRecord(status: Status, { n, arrived, now, name, random }: Seeds): Job {
  const frames = 100 + Math.floor(random() * 5_000);
  const stage = stageOf(status);
  const running = runningStage(status);
  const times = timesUntil(status, arrived, random);
  return {
    _id: idOf(arrived, n),
    FILENAME: `${name} ${new Date(arrived).toISOString().slice(0, 16)}.mp4`,
    STATUS: status,
    ...times,
    ...(times.PROCESS_END && { TOTAL: times.PROCESS_END.getTime() - arrived }),
    ...(!isFinal(status) && { availableAt: new Date(now + 3_600_000) }),
    attempts: status === COMPLETE_STATUS ? 0 : 1,
    claims: 1 + Math.floor(random() * 4),
    ...(running && {
      lease: { owner: `${running.name}-0`, token: `token-${n}` },
      progress: { done: Math.floor(frames / 3), total: frames },
    }),
    video: {
      ...{
        width: 1920,
        height: 1080,
        rotation: 0,
        variableFrameRate: false,
        codec: 'h264',
        audio: n % 2 === 0,
      },
      ...{ frames, duration: frames / 25, frameRate: { num: 25, den: 1 } },
      sampleAspectRatio: { num: 1, den: 1 },
    },
    options: {
      ...{ model: 'ssdlite-mobilenetv2', score: 0.5, frameStep: n % 5 === 0 ? 2 : 1 },
      classes: n % 3 === 0 ? ['person', 'car'] : [],
    },
    ...(stage &&
      isFinal(status) && {
        error: {
          ...{ code: 'DECODE_FAILED', stage, at: new Date(arrived + 30_000) },
          message: 'ffmpeg cannot decode the video: Invalid data found when processing input.',
        },
      }),
    ...(isFinal(status) && { bytes: frames * 250_000 }),
    ...(n % 10 === 0 && { submission: { key: `key-${n}`, digest: 'd'.repeat(43) } }),
  };
}

/** The times of a job that went through its stages up to `status`. */
function timesUntil(status: Status, arrived: number, random: Random): Partial<Job> {
  const stage = stageOf(status);
  const stages = stage ? STAGE_NAMES.indexOf(stage) : STAGE_NAMES.length;
  const known = 1 + 2 * stages + (stage && status !== STAGES[stage].waiting ? 1 : 0);
  const wanted = status === COMPLETE_STATUS ? TIME_FIELDS : TIME_FIELDS.slice(0, Math.min(known, 6));
  let time = arrived;
  return Object.fromEntries(
    wanted.map((field, n) => [field, new Date(n === 0 ? arrived : (time += 1_000 + random() * 30_000))]),
  );
}

/** An id as created at that time. */
function idOf(time: number, n: number): Types.ObjectId {
  const seconds = Math.floor(time / 1000).toString(16);
  return new Types.ObjectId(`${seconds}${'5eed'.repeat(2)}${n.toString(16).padStart(8, '0')}`);
}

const pick = <T>(random: Random, values: readonly T[]): T => at(values, Math.floor(random() * values.length));

function at<T>(values: readonly T[], n: number): T {
  const value = values[n % values.length];
  if (value === undefined) throw new Error('The list is empty.');
  return value;
}
