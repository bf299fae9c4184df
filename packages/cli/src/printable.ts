import type { JobResource } from './api';

/** Replaces control characters: file names come from anywhere and must not control the terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '\uFFFD');
}

/** Prints a job on stdout: as a line of JSON, or as a few lines of text. */
export function printJob(job: JobResource, json: boolean): void {
  console.log(json ? JSON.stringify(job) : describe(job));
}

/** What servers of version 0.1 do not send. */
type Added = 'warnings' | 'precision' | 'detections';
export type Received = Omit<JobResource, Added> & Partial<Pick<JobResource, Added>>;

function describe({
  id,
  filename,
  status,
  video,
  options,
  durations,
  detections,
  error,
  precision,
  warnings = [],
}: Received): string {
  const lines = [
    ['id', id],
    ['status', status],
    ['reason', error?.message],
    [
      'video',
      video && `${video.frames} frames, ${video.width}x${video.height}, ${round(video.frameRate)} fps`,
    ],
    ...warnings.map(({ message }) => ['warning', message] as const),
    ['options', options && describeOptions(options)],
    ['precision', precision],
    ['found', detections && describeCounts(detections)],
    ['time', describeTimes(durations)],
  ].flatMap(([name, value]) => (value ? [`  ${(name ?? '').padEnd(10)}${printable(value)}`] : []));
  return [printable(filename), ...lines].join('\n');
}

function describeOptions(options: NonNullable<JobResource['options']>): string {
  const { model, score, classes, frameStep } = options;
  const what = classes.length > 0 ? classes.join(', ') : 'all classes';
  const frames = frameStep === 1 ? 'every frame' : `one frame in ${frameStep}`;
  return `${model}, score over ${score}, ${what}, ${frames}, ${describeTracking(options)}`;
}

/** Servers of earlier versions do not say. */
function describeTracking(options: Partial<NonNullable<JobResource['options']>>): string {
  const { tracking = 'off', trackBuffer = null, minLength = null } = options;
  if (tracking === 'off') return 'no tracking';
  const buffer = trackBuffer === null ? [] : [`buffer ${trackBuffer} frames`];
  const length = minLength === null ? [] : [`at least ${minLength} detections`];
  const details = [...buffer, ...length].join(', ');
  return details === '' ? 'tracking' : `tracking (${details})`;
}

function describeCounts({ total, classes }: NonNullable<JobResource['detections']>): string {
  const parts = classes.map(({ label, count, objects = null }: Partial<(typeof classes)[number]>) =>
    objects === null
      ? `${label} ${count}`
      : `${label} ${count} (${objects} ${objects === 1 ? 'object' : 'objects'})`,
  );
  return [`${total} detections`, ...parts].join(', ');
}

function describeTimes(durations: JobResource['durations']): string {
  return Object.entries(durations)
    .flatMap(([name, seconds]) => (seconds === null ? [] : [`${name} ${seconds.toFixed(1)} s`]))
    .join(', ');
}

function round(value: number): number {
  return Number(value.toFixed(3));
}
