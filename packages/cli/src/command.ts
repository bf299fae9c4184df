import { stat } from 'node:fs/promises';
import { UsageError } from './usage-error';

/** Options of every command. */
export const COMMON_OPTIONS = {
  url: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean' },
} as const;

export const COMMON_USAGE = `  --url URL            address of the server, default BOXREEL_URL, else http://127.0.0.1:5000
  --json               print jobs or images as JSON, one per line
  --help               print this text

Set BOXREEL_KEY to the API key if the server requires one. It is not an option, because other users could read it
in the process list.
Exit codes: 0 success, 1 a job or file failed, 2 usage error, 3 the server cannot be reached or refused.`;

export const EXIT = { done: 0, failed: 1, misused: 2, refused: 3, interrupted: 130 } as const;

export interface Command {
  readonly usage: string;
  /**
   * @param args the arguments after the name of the command
   * @param signal Ctrl-C
   * @returns the exit code
   */
  readonly run: (args: string[], signal: AbortSignal) => Promise<number>;
}

/** @throws UsageError */
export async function assertIsFile(file: string): Promise<void> {
  const stats = await stat(file).catch(() => undefined);
  if (!stats?.isFile()) throw new UsageError(`File not found: ${file}`);
}

/** Options of commands that create jobs. */
export const JOB_OPTIONS = {
  model: { type: 'string' },
  score: { type: 'string' },
  classes: { type: 'string' },
  'frame-step': { type: 'string' },
  tracking: { type: 'string' },
  'track-buffer': { type: 'string' },
  'min-length': { type: 'string' },
  'callback-url': { type: 'string' },
  wait: { type: 'boolean', default: false },
} as const;

/** Help for those about tracking. */
export const TRACKING_USAGE = `  --tracking on|off    whether objects are tracked, default on
  --track-buffer N     frames after which an object that is not detected has left, default a second
  --min-length N       detections that a track needs, default 3`;

/** The fields of a job for the JOB_OPTIONS that were given. */
export function jobFields(
  values: Readonly<Partial<Record<Exclude<keyof typeof JOB_OPTIONS, 'wait'>, string>>>,
): Record<string, string> {
  const { model, score, classes, tracking, 'frame-step': frameStep, 'callback-url': callbackUrl } = values;
  const { 'track-buffer': trackBuffer, 'min-length': minLength } = values;
  return givenFields({ model, score, classes, frameStep, tracking, trackBuffer, minLength, callbackUrl });
}

/** The form fields of the options that were given. */
export function givenFields(options: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const entries = Object.entries(options);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
