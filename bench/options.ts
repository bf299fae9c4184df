import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run bench [-- [OPTIONS]]            frames/s and CPU, against a naive reference
       npm run bench -- memory [OPTIONS]         peak memory of each service on a long video

  --rounds N      rounds; in each, every way runs once (default 3)
  --frames N      length of the clip (default 300)
  --minutes N     length of the clip of the memory check, at 30 frames/s (default 10)
  --size WxH      size of the clip, even numbers (default 1280x720)
  --json FILE     also write everything measured to FILE
`;

export interface Options {
  readonly command: 'speed' | 'memory';
  readonly rounds: number;
  readonly frames: number;
  readonly minutes: number;
  readonly size: Size;
  readonly json: string | undefined;
}

/** In pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The command line cannot be understood. */
export class UsageError extends Error {
  readonly code = 'USAGE';
  constructor(problem: string) {
    super(`${problem}\n\n${USAGE}`);
  }
}

/** @throws UsageError */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args);
  const [command = 'speed', ...rest] = positionals;
  if ((command !== 'speed' && command !== 'memory') || rest.length > 0) {
    throw new UsageError(`"${positionals.join(' ')}" is no command: expected nothing, or memory.`);
  }
  return {
    command,
    rounds: count('rounds', values.rounds),
    frames: count('frames', values.frames),
    minutes: count('minutes', values.minutes),
    size: parseSize(values.size),
    json: values.json,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        rounds: { type: 'string', default: '3' },
        frames: { type: 'string', default: '300' },
        minutes: { type: 'string', default: '10' },
        size: { type: 'string', default: '1280x720' },
        json: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function count(name: string, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1)
    throw new UsageError(`--${name} is "${text}": expected a whole number from 1.`);
  return value;
}

function parseSize(text: string): Size {
  const [, width, height] = (/^(\d+)x(\d+)$/.exec(text) ?? []).map(Number);
  if (!width || !height || width < 64 || height < 64 || width % 2 || height % 2) {
    throw new UsageError(
      `--size is "${text}": expected WIDTHxHEIGHT, even numbers from 64, such as 1280x720.`,
    );
  }
  return { width, height };
}
