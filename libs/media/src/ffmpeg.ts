import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { basename } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { readHead, sniffContainer } from './container';
import { MediaError } from './errors';

// ffmpeg is spawned directly: fluent-ffmpeg is archived upstream, knows no AbortSignal and hides the pipes
// that the frames travel through.

/** Enough of ffmpeg's last words for a message, however much it has to say. */
const STDERR_TAIL = 4096;

/** How a process ended. */
export interface Exit {
  /** 0 for success, null when a signal ended it. */
  readonly code: number | null;
  /** Somebody else ended it, such as a system that is out of memory: that says nothing of the file. */
  readonly killed: boolean;
  /** The end of what it wrote to stderr. */
  readonly stderr: string;
  /** The last line of that, for a message; empty when it had no complaint. */
  readonly complaint: string;
}

/** A running ffmpeg or ffprobe. */
export interface Running {
  readonly pid: number | undefined;
  /** May break (EPIPE) when the process dies; the error reaches the callback of the write. */
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** What it writes to descriptor 3, where that was asked for; else empty. */
  readonly extra: Readable;
  /** Settles when the process is gone. Rejects only when it could not be started. */
  readonly exited: Promise<Exit>;
  /** Ends it at once (SIGKILL); await `exited` to know it is gone. */
  kill(): void;
}

export interface StartOptions {
  /** Aborting kills the process; whoever awaits `exited` then looks at the signal. */
  readonly signal?: AbortSignal | undefined;
  /** Where its stdout goes instead of `Running.stdout`, which is empty then. */
  readonly output?: Socket;
  /** Whether descriptor 3 is open for it, as `Running.extra`. */
  readonly extra?: boolean;
  /** Memory that it may take, in MiB; by default as much as there is. */
  readonly memoryMb?: number | undefined;
}

/**
 * Sets the limit for the process and becomes the program. What is limited is memory that can be written
 * (RLIMIT_DATA): all address space (RLIMIT_AS) would count libraries and what threads merely reserve. A limit that is
 * lower already stays. The arguments reach the shell as such, never as text to read.
 */
const LIMITED = 'ulimit -d "$0" 2>/dev/null; exec "$@"';

/** Exit codes of a shell that cannot run a program: it may not, or there is none. */
const NOT_RUN = [126, 127];

/** Signals from outside. One that crashes over a file ends by others. */
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
  child.stdin.on('error', () => undefined); // a broken pipe is told by the write and by the exit

  const exited = new Promise<Exit>((resolve, reject) => {
    child.on('error', (error) => {
      reject(notRunnable(program, error));
    });
    child.on('close', (code, by) => {
      if (code !== null && NOT_RUN.includes(code)) reject(notRunnable(program, new Error(stderr.trim())));
      else
        resolve({ code, killed: by !== null && KILLED_BY.includes(by), stderr, complaint: lastLine(stderr) });
    });
  }).finally(() => signal?.removeEventListener('abort', kill));
  exited.catch(() => undefined); // reported to whoever awaits it; never an unhandled rejection

  const none = () => Readable.from([]);
  return {
    ...{ pid: child.pid, stdin: child.stdin, exited, kill },
    stdout: child.stdout ?? none(),
    extra: (child.stdio[3] as Readable | null | undefined) ?? none(),
  };
}

/**
 * What stands for a process that the system did not start, for example because no file descriptor is free. The child
 * that Node gives back then may have no streams, and its `kill` would signal this very process group.
 * @param failure its `error` event, which comes later
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
 * A file's name as ffmpeg takes it: with the protocol said, no name can be read as an option, a URL or
 * another protocol.
 */
export function fileArgument(path: string): string {
  return `file:${path}`;
}

/** Of an mp4 or mov, tracks that lie in other files stay closed. Both are ffmpeg's defaults, which distributions may change. */
const NO_REFERENCES = ['-enable_drefs', '0', '-use_absolute_path', '0'];

/** More tracks than any camera or editor makes. */
const MAX_STREAMS = ['-max_streams', '64'];

/**
 * Arguments that open an uploaded file: one local file, read as the container that its first bytes show, and nothing
 * that it may point to. Neither its name nor ffmpeg's own guess chooses what reads it.
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

/** @throws MediaError FFMPEG_KILLED when a process that worked on a file was ended before it had its say */
export function checkNotKilled(path: string, { killed }: Exit): void {
  if (!killed) return;
  const message = `ffmpeg was killed while it worked on "${basename(path)}": the machine may be out of memory.`;
  throw new MediaError('FFMPEG_KILLED', message);
}

/** What to say of a file that is no video at all. */
export function notAVideo(path: string, cause?: Error): MediaError {
  const name = basename(path);
  const message = `"${name}" is not a video that can be read; an mp4, mov, mkv, webm, avi, ts or flv file is needed.`;
  return new MediaError('NOT_A_VIDEO', message, { cause });
}

/** The last line without ffmpeg's `[h264 @ 0x55d2]` in front. */
function lastLine(stderr: string): string {
  const line = stderr.trimEnd().split('\n').at(-1) ?? '';
  return line.replace(/^(\[[^\]]*\]\s*)+/, '').trim();
}

/** Resolves when ffmpeg and ffprobe can be run. @throws MediaError FFMPEG_NOT_RUNNABLE */
export async function checkFfmpeg(): Promise<void> {
  for (const program of ['ffmpeg', 'ffprobe'] as const) {
    const { exited, stdout } = start(program, ['-version']);
    stdout.resume();
    await exited;
  }
}
