import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ImageConfig } from './buildah';

/** An unpacked image. */
export interface Image {
  readonly name: string;
  /** Folder of its files. */
  readonly root: string;
  readonly config: ImageConfig;
}

/** Folders of this machine that the container may write to. */
export interface Volumes {
  /** At /mnt. */
  readonly shared: string;
  /** At /models. */
  readonly models: string;
}

/** Runs as root in new mount and PID namespaces: $1 root, $2 shared, $3 models, $4 uid, $5 gid, then env's arguments. */
const ENTER = `
  root=$1 shared=$2 models=$3 uid=$4 gid=$5; shift 5
  mount --bind "$root" "$root"
  mount --bind "$shared" "$root/mnt"
  mount --bind "$models" "$root/models"
  mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/tmp"
  mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
  mount -t tmpfs -o mode=755,nosuid tmpfs "$root/dev"
  for device in null zero full random urandom; do
    : > "$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
  done
  mount -o remount,bind,ro "$root"
  exec chroot "$root" setpriv --reuid "$uid" --regid "$gid" --clear-groups --no-new-privs \\
    --bounding-set=-all --inh-caps=-all --pdeathsig KILL env -i "$@"
`;

const READY_POLL_MS = 100;

/**
 * A process of an image, run like a container engine does with a strict security context: as pid 1, as the user of the
 * image, without capabilities and with a read-only root; but in the network of this machine. It dies with this process.
 */
export class Container {
  private constructor(
    readonly image: Image,
    private readonly child: ChildProcess,
    private readonly exited: Promise<number | null>,
    private readonly log: string,
  ) {}

  /**
   * @param env added to the image's
   * @param command instead of the image's CMD
   * @param log file for its output
   */
  static start(
    image: Image,
    volumes: Volumes,
    env: Readonly<Record<string, string>>,
    log: string,
    command: readonly string[] = image.config.Cmd,
  ): Container {
    const { User, Env, Entrypoint, WorkingDir } = image.config;
    const [uid = '', gid = uid] = User.split(':');
    const variables = [...Env, 'HOME=/home/node', ...Object.entries(env).map(([k, v]) => `${k}=${v}`)];
    const isolate = ['--pdeathsig', 'KILL', 'unshare', '--mount', '--pid', '--fork', '--kill-child'];
    const enter = ['sh', '-euc', ENTER, 'sh', image.root, volumes.shared, volumes.models, uid, gid];
    const run = ['-C', WorkingDir, ...variables, ...Entrypoint, ...command];
    const output = openSync(log, 'a');
    // Its own process group: Ctrl-C reaches only this process, which stops the containers in order.
    const child = spawn('setpriv', [...isolate, ...enter, ...run], {
      stdio: ['ignore', output, output],
      detached: true,
    });
    closeSync(output);
    const exited = once(child, 'exit').then(([code]) => code as number | null);
    return new Container(image, child, exited, log);
  }

  /** Waits until it ends. @returns its output @throws with the output if it failed */
  static async output(...args: Parameters<typeof Container.start>): Promise<string> {
    const container = Container.start(...args);
    const code = await container.exited;
    const printed = await container.printed();
    if (code !== 0) throw new Error(`${args[0].name} exited with code ${String(code)}: ${printed}`);
    return printed;
  }

  /** Its processes, by their ids on this machine. */
  async pids(): Promise<number[]> {
    const of = async (pid: number): Promise<number[]> => {
      const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
      const pids = children.trim().split(' ').filter(Boolean).map(Number);
      return [...pids, ...(await Promise.all(pids.map(of))).flat()];
    };
    return this.child.pid === undefined ? [] : of(this.child.pid);
  }

  /** Waits until `url` returns 200. @throws if the container exits, or with the last response after `timeoutMs` */
  async ready(url: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    let last = 'no response';
    while (performance.now() < deadline) {
      const answer = await fetch(url, { signal }).catch(() => undefined);
      if (answer?.ok) return;
      if (answer) last = await answer.text();
      if (this.child.exitCode !== null) throw new Error(`${this.image.name} exited: ${await this.printed()}`);
      await delay(READY_POLL_MS, undefined, { signal });
    }
    throw new Error(
      `${this.image.name} is not ready after ${timeoutMs / 1000} s: ${last}\n${await this.printed()}`,
    );
  }

  /** Sends the image's stop signal to its pid 1. @returns the exit code; null if it had to be killed after `graceMs` */
  async stop(graceMs: number): Promise<number | null> {
    const [init] = await this.pids();
    if (this.child.exitCode === null && init !== undefined) process.kill(init, 'SIGTERM');
    const timer = setTimeout(() => {
      this.child.kill('SIGKILL'); // pid 1 dies with its parent, and its namespace with pid 1
    }, graceMs);
    const code = await this.exited;
    clearTimeout(timer);
    return code;
  }

  printed(): Promise<string> {
    return readFile(this.log, 'utf8');
  }
}

/** The uid of a process. */
export async function uidOf(pid: number): Promise<number> {
  const status = await readFile(join('/proc', String(pid), 'status'), 'utf8');
  return Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
}
