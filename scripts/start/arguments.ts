import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../model/usage-error';

export const USAGE = `Usage: npm start [-- [VIDEO ...] [--once]]

  VIDEO    submit this file and show its progress; multiple files are processed one at a time
  --once   stop when they are done: exit code 0, or 1 with the reason if a job failed
`;

export interface Arguments {
  /** Absolute paths. */
  readonly videos: readonly string[];
  readonly once: boolean;
}

/** @param cwd folder to resolve relative paths @throws UsageError */
export function parseArguments(args: readonly string[], cwd: string): Arguments {
  const options = args.filter((arg) => arg.startsWith('--'));
  const unknown = options.find((option) => option !== '--once');
  if (unknown !== undefined) throw new UsageError(`Unknown option ${unknown}.\n\n${USAGE}`);
  const videos = args.filter((arg) => !arg.startsWith('--')).map((arg) => resolve(cwd, arg));
  const absent = videos.find((video) => !existsSync(video) || !statSync(video).isFile());
  if (absent !== undefined) throw new UsageError(`File not found: ${absent}`);
  const once = options.includes('--once');
  if (once && videos.length === 0) throw new UsageError(`--once needs a video.\n\n${USAGE}`);
  return { videos, once };
}
