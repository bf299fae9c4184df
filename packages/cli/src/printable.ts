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

function describeOptions({ model, score, classes, frameStep }: NonNullable<JobResource['options']>): string {
  const what = classes.length > 0 ? classes.join(', ') : 'all classes';
  return `${model}, score over ${score}, ${what}, ${frameStep === 1 ? 'every frame' : `one frame in ${frameStep}`}`;
}

function describeCounts({ total, classes }: NonNullable<JobResource['detections']>): string {
  const parts = classes.map(({ label, count }) => `${label} ${count}`);
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
