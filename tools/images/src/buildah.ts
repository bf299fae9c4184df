import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** The part of an image's configuration that defines how to run it. */
export interface ImageConfig {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly WorkingDir: string;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly Labels?: Readonly<Record<string, string>>;
  readonly StopSignal?: string;
}

/** A command failed; the message contains its last lines. */
class CommandFailedError extends Error {}

const LAST_LINES = 40;

/**
 * Images and containers in a separate store, apart from those of the machine.
 * @see https://github.com/containers/buildah/tree/main/docs
 */
export class Buildah {
  private driver = 'overlay';

  private constructor(
    /** Layers, kept between runs. */
    private readonly store: string,
    /** State of this run only. */
    private readonly state: string,
    private readonly log: string,
    private readonly signal: AbortSignal,
  ) {}

  /** Opens the store and removes what an interrupted run has left; uses overlay mounts if available. */
  static async open(folder: string, state: string, signal: AbortSignal): Promise<Buildah> {
    mkdirSync(folder, { recursive: true });
    const buildah = new Buildah(join(folder, 'store'), state, join(folder, 'build.log'), signal);
    try {
      await buildah.removeContainers();
    } catch (error) {
      if (!(error instanceof CommandFailedError)) throw error;
      buildah.driver = 'vfs'; // copies every layer: slower and larger, but works everywhere
      await buildah.removeContainers();
    }
    return buildah;
  }

  async has(image: string): Promise<boolean> {
    return (await this.run('images', '--format', '{{.Name}}:{{.Tag}}')).split('\n').includes(image);
  }

  async config(image: string): Promise<ImageConfig> {
    const { Docker } = JSON.parse(await this.run('inspect', '--type', 'image', image)) as {
      Docker: { config: ImageConfig };
    };
    return Docker.config;
  }

  /** @returns the name of a new container of the image, and the folder of its files */
  async mount(image: string): Promise<{ container: string; root: string }> {
    const container = await this.run('from', '--pull-never', image);
    return { container, root: await this.run('mount', container) };
  }

  /** Works also after the signal. */
  removeContainers(): Promise<string> {
    return this.execute(['rm', '--all'], new AbortController().signal);
  }

  /** Runs buildah; its output goes to the log. @returns its stdout, trimmed @throws CommandFailedError */
  async run(command: string, ...args: string[]): Promise<string> {
    return this.execute([command, ...args], this.signal);
  }

  private execute(args: readonly string[], signal: AbortSignal): Promise<string> {
    const store = ['--root', this.store, '--runroot', this.state, '--storage-driver', this.driver];
    return execute('buildah', [...store, ...args], this.log, signal);
  }
}

/**
 * Runs a command in its own process group, so that all of it ends with the signal.
 * @param log file to append its output to
 * @returns its stdout, trimmed
 * @throws CommandFailedError
 */
export async function execute(
  command: string,
  args: readonly string[],
  log: string,
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const { pid } = child;
  const end = () => pid !== undefined && process.kill(-pid, 'SIGTERM');
  signal.addEventListener('abort', end, { once: true });
  const file = createWriteStream(log, { flags: 'a' });
  file.write(`\n$ ${command} ${args.join(' ')}\n`);
  let stdout = '';
  let tail: string[] = [];
  const keep = (text: string) => {
    file.write(text);
    tail = [...tail, text].slice(-LAST_LINES);
  };
  child.stderr.setEncoding('utf8').on('data', keep);
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    keep(text);
  });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject).on('close', resolve);
    });
    signal.throwIfAborted();
    if (code === 0) return stdout.trim();
  } finally {
    signal.removeEventListener('abort', end);
    file.end();
  }
  const lines = tail.join('').trim().split('\n').slice(-LAST_LINES);
  throw new CommandFailedError(
    `${command} ${args.join(' ')} failed:\n${lines.join('\n')}\nFull output: ${log}`,
  );
}
