import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export interface ProcessOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** File descriptor for the process's output. */
  readonly output: number | 'inherit';
  /** Resolves when the process is ready; default: its first IPC message. */
  readonly ready?: () => Promise<void>;
  /** Called when the process exits unexpectedly; it is restarted. */
  readonly onCrash: (how: string) => void;
}

/** Number of trailing stderr characters to keep, to explain a failed start. */
const STDERR_TAIL = 2_000;

/** Delay before a crashed process is restarted. */
const RESTART_DELAY_MS = 1_000;

/**
 * A child process that is restarted whenever it exits unexpectedly, until `stop` is called. The child uses its IPC
 * channel to report that it is ready and to notice when the parent exits. It has its own process group, so Ctrl-C
 * reaches only the parent, which then stops its children in order.
 */
export class ManagedProcess {
  private child: ChildProcess | undefined;
  private stopping = false;

  constructor(private readonly options: ProcessOptions) {}

  /**
   * Starts the process and waits until it is ready.
   * @returns its first IPC message; undefined with a custom `ready`
   * @throws if it exits before it is ready
   */
  async start(): Promise<unknown> {
    const { name, command, args, env, output, ready } = this.options;
    const child = spawn(command, args, { env, stdio: ['ignore', output, 'pipe', 'ipc'], detached: true });
    this.child = child;
    let stderrTail = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (output === 'inherit') process.stderr.write(text);
      else writeSync(output, text);
      stderrTail = (stderrTail + text).slice(-STDERR_TAIL);
    });
    const firstMessage = await Promise.race([
      ready ? ready() : once(child, 'message').then(([message]) => message as unknown),
      once(child, 'close').then((exit) => {
        const [code, signal] = exit as [number | null, string | null];
        const reason = stderrTail.trim().split('\n').at(-1);
        throw new Error(reason || `${name} exited before it was ready (${describeExit(code, signal)})`);
      }),
    ]).catch((error: unknown) => {
      if (child.pid !== undefined) child.kill('SIGKILL'); // without a pid, kill would hit this process group
      throw error;
    });
    child.once('exit', (code, signal) => {
      if (!this.stopping) void this.restart(describeExit(code, signal));
    });
    return firstMessage;
  }

  /** Undefined while the process is not running. */
  get pid(): number | undefined {
    const { child } = this;
    return child?.exitCode === null && child.signalCode === null ? child.pid : undefined;
  }

  /** Asks the process to stop and waits; kills it after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.stopping = true;
    const { child } = this;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await exited;
    clearTimeout(timer);
  }

  private async restart(how: string): Promise<void> {
    this.options.onCrash(how);
    await delay(RESTART_DELAY_MS);
    if (this.stopping) return;
    try {
      await this.start();
    } catch (error) {
      await this.restart(error instanceof Error ? error.message : String(error));
    }
  }
}

function describeExit(code: number | null, signal: string | null): string {
  return signal ?? `exit code ${code ?? 0}`;
}
