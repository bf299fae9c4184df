import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Socket } from 'node:net';
import { Readable, type Writable } from 'node:stream';
import { MediaError } from './errors';

// ffmpeg is spawned directly: fluent-ffmpeg is archived upstream, knows no AbortSignal and hides the pipes
// that the frames travel through.

/** Enough of ffmpeg's last words for a message, however much it has to say. */
const STDERR_TAIL = 4096;

/** How a process ended. */
export interface Exit {
  /** 0 for success, null when a signal ended it. */
  readonly code: number | null;
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
  /** Settles when the process is gone. Rejects only when it could not be started. */
  readonly exited: Promise<Exit>;
  /** Ends it at once (SIGKILL); await `exited` to know it is gone. */
  kill(): void;
}

/**
 * Starts ffmpeg or ffprobe without a shell.
 *
 * @param signal aborting kills the process; whoever awaits `exited` then looks at the signal
 * @param output where its stdout goes instead of `Running.stdout`, which is empty then
 */
export function start(
  program: 'ffmpeg' | 'ffprobe',
  args: readonly string[],
  signal?: AbortSignal,
  output?: Socket,
): Running {
  const quiet = program === 'ffmpeg' ? ['-nostdin', '-hide_banner'] : ['-hide_banner'];
  const child = spawn(program, [...quiet, '-loglevel', 'error', ...args], {
    stdio: ['pipe', output ?? 'pipe', 'pipe'],
  }) as ChildProcessByStdio<Writable, Readable | null, Readable>;
  const kill = () => void child.kill('SIGKILL');
  if (signal?.aborted) kill();
  signal?.addEventListener('abort', kill, { once: true });

  let stderr = '';
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (text: string) => (stderr = (stderr + text).slice(-STDERR_TAIL)));
  child.stdin.on('error', () => undefined); // a broken pipe is told by the write and by the exit

  const exited = new Promise<Exit>((resolve, reject) => {
    child.on('error', (cause) => {
      reject(
        new MediaError(
          'FFMPEG_NOT_RUNNABLE',
          `${program} could not be started: is it installed and on the PATH?`,
          {
            cause,
          },
        ),
      );
    });
    child.on('close', (code) => {
      resolve({ code, stderr, complaint: lastLine(stderr) });
    });
  }).finally(() => signal?.removeEventListener('abort', kill));
  exited.catch(() => undefined); // reported to whoever awaits it; never an unhandled rejection

  return { pid: child.pid, stdin: child.stdin, stdout: child.stdout ?? Readable.from([]), exited, kill };
}

/**
 * A file's name as ffmpeg takes it: with the protocol said, no name can be read as an option, a URL or
 * another protocol.
 */
export function fileArgument(path: string): string {
  return `file:${path}`;
}

/** Real video containers only, told by their content; playlists and scripts that open other files are not among them. */
const CONTAINERS = 'mov,matroska,avi,mpegts,flv';

/** Arguments that open an uploaded file: one local file in a video container, and nothing it may point to. */
export function untrustedInput(path: string): string[] {
  return ['-protocol_whitelist', 'file,pipe', '-format_whitelist', CONTAINERS, '-i', fileArgument(path)];
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
