import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { basename } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { readHead, sniffContainer } from './container';
import { MediaError } from './errors';

// Spawned directly: fluent-ffmpeg is archived upstream, does not support AbortSignal and hides the pipes for frames.

/** Characters of stderr to keep, enough for an error message. */
const STDERR_TAIL = 4096;

/** How a process ended. */
export interface Exit {
  /** 0 for success, null if a signal ended it. */
  readonly code: number | null;
  /** Ended by a signal from outside, such as the OOM killer: this says nothing about the file. */
  readonly killed: boolean;
  /** The end of its stderr. */
  readonly stderr: string;
  /** The last line of stderr, for error messages; empty if there was none. */
  readonly lastError: string;
}

/** A running ffmpeg or ffprobe. */
export interface Running {
  readonly pid: number | undefined;
  /** Breaks (EPIPE) when the process dies; the error is passed to the callback of the write. */
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Output of descriptor 3 if `StartOptions.extra` is set, else empty. */
  readonly extra: Readable;
  /** Settles when the process has exited. Rejects only if it could not be started. */
  readonly exited: Promise<Exit>;
  /** Sends SIGKILL; await `exited` to know that the process is gone. */
  kill(): void;
}

export interface StartOptions {
  /** Aborting kills the process; callers check the signal after `exited`. */
  readonly signal?: AbortSignal | undefined;
  /** Receives stdout; `Running.stdout` is then empty. */
  readonly output?: Socket;
  /** Opens descriptor 3 as `Running.extra`. */
  readonly extra?: boolean;
  /** Memory limit in MiB; none by default. */
  readonly memoryMb?: number | undefined;
}

/**
 * Sets the memory limit and runs the program in place of the shell. Limits writable memory (RLIMIT_DATA), because the
 * address space (RLIMIT_AS) includes libraries and memory that threads only reserve. A lower existing limit stays in
 * force. Arguments are passed as positional parameters, so the shell never parses them.
 */
const LIMITED = 'ulimit -d "$0" 2>/dev/null; exec "$@"';

/** Exit codes of a shell that cannot run a program: permission denied, not found. */
const NOT_RUN = [126, 127];

/** Signals sent from outside; a crash ends with others. */
const KILLED_BY: readonly NodeJS.Signals[] = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'];

/** Starts ffmpeg or ffprobe. */
export function start(
  program: 'ffmpeg' | 'ffprobe',
  args: readonly string[],
  { signal, output, extra = false, memoryMb }: StartOptions = {},
): Running {
  const quiet = program === 'ffmpeg' ? ['-nostdin', '-hide_banner'] : ['-hide_banner'];
  const limit = memoryMb === undefined ? 'unlimited' : String(memoryMb * 1024);
  const command = ['-c', LIMITED, limit, program, ...quiet, '-loglevel', 'error', ...args];
  let child: ChildProcessByStdio<Writable, Readable | null, Readable>;
  try {
    const started: ChildProcess = spawn('/bin/sh', command, {
      stdio: ['pipe', output ?? 'pipe', 'pipe', ...(extra ? ['pipe' as const] : [])],
    });
    if (started.pid === undefined) return notStarted(program, once(started, 'error'));
    child = started as typeof child;
  } catch (error) {
    return notStarted(program, Promise.resolve([error]));
  }
  const kill = () => void child.kill('SIGKILL');
  if (signal?.aborted) kill();
  signal?.addEventListener('abort', kill, { once: true });

  let stderr = '';
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (text: string) => (stderr = (stderr + text).slice(-STDERR_TAIL)));
  child.stdin.on('error', () => undefined); // a broken pipe is reported by the write and by the exit

  const exited = new Promise<Exit>((resolve, reject) => {
    child.on('error', (error) => {
      reject(notRunnable(program, error));
    });
    child.on('close', (code, by) => {
      if (code !== null && NOT_RUN.includes(code)) reject(notRunnable(program, new Error(stderr.trim())));
      else
        resolve({ code, killed: by !== null && KILLED_BY.includes(by), stderr, lastError: lastLine(stderr) });
    });
  }).finally(() => signal?.removeEventListener('abort', kill));
  exited.catch(() => undefined); // callers await `exited` later; avoid an unhandled rejection until then

  const empty = () => Readable.from([]);
  return {
    ...{ pid: child.pid, stdin: child.stdin, exited, kill },
    stdout: child.stdout ?? empty(),
    extra: (child.stdio[3] as Readable | null | undefined) ?? empty(),
  };
}

/**
 * Stands in for a process that could not be spawned, for example because no file descriptor is free. Node's child object
 * may then have no streams, and its `kill` would signal our own process group.
 * @param failure the child's later `error` event
 */
function notStarted(program: string, failure: Promise<unknown[]>): Running {
  const exited = failure.then(([error]) => {
    throw notRunnable(program, error);
  });
  exited.catch(() => undefined); // callers await `exited` later; avoid an unhandled rejection until then
  return {
    ...{ pid: undefined, stdin: new Writable().destroy(), exited },
    ...{ stdout: Readable.from([]), extra: Readable.from([]) },
    kill: () => undefined,
  };
}

function notRunnable(program: string, cause: unknown): MediaError {
  const { code, message: reason } = cause as NodeJS.ErrnoException;
  const advice = code === undefined ? 'is it installed and on the PATH?' : `${reason}. Try again later.`;
  return new MediaError('FFMPEG_NOT_RUNNABLE', `${program} could not be started: ${advice}`, { cause });
}

/**
 * A path as an argument of ffmpeg. The explicit protocol keeps names from being read as an option, a URL or another
 * protocol.
 */
export function fileArgument(path: string): string {
  return `file:${path}`;
}

/** Never open tracks that an mp4 or mov keeps in other files. ffmpeg's defaults, but distributions may change them. */
const NO_REFERENCES = ['-enable_drefs', '0', '-use_absolute_path', '0'];

/** More tracks than any camera or editor writes. */
const MAX_STREAMS = ['-max_streams', '64'];

/**
 * Arguments that open an uploaded file: only this local file, never what it references. The demuxer is chosen by the
 * first bytes, not by the name or by ffmpeg's probing.
 *
 * @throws MediaError NOT_A_VIDEO
 */
export async function untrustedInput(path: string): Promise<string[]> {
  const container = sniffContainer(await readHead(path));
  if (!container) throw notAVideo(path);
  return [
    ...['-protocol_whitelist', 'file', '-format_whitelist', container, '-f', container],
    ...(container === 'mov' ? NO_REFERENCES : []),
    ...[...MAX_STREAMS, '-i', fileArgument(path)],
  ];
}

/** @throws MediaError FFMPEG_KILLED if the process was killed from outside */
export function checkNotKilled(path: string, { killed }: Exit): void {
  if (!killed) return;
  const message = `ffmpeg was killed while processing "${basename(path)}": the machine may be out of memory.`;
  throw new MediaError('FFMPEG_KILLED', message);
}

/** The error for a file that is not a video. */
export function notAVideo(path: string, cause?: Error): MediaError {
  const name = basename(path);
  const message = `"${name}" is not a readable video: upload an mp4, mov, mkv, webm, avi, ts or flv file.`;
  return new MediaError('NOT_A_VIDEO', message, { cause });
}

/** The last line without ffmpeg's prefix, such as `[h264 @ 0x55d2]`. */
function lastLine(stderr: string): string {
  const line = stderr.trimEnd().split('\n').at(-1) ?? '';
  return line.replace(/^(\[[^\]]*\]\s*)+/, '').trim();
}

/** Checks that ffmpeg and ffprobe can be run. @throws MediaError FFMPEG_NOT_RUNNABLE */
export async function checkFfmpeg(): Promise<void> {
  for (const program of ['ffmpeg', 'ffprobe'] as const) {
    const { exited, stdout } = start(program, ['-version']);
    stdout.resume();
    await exited;
  }
}
