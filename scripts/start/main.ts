/** Runs the whole system on this machine until Ctrl-C; submits the given videos and prints their results. */
import { basename } from 'node:path';
import { ConfigError, readStartConfig } from '#config';
import { RequestRefusedError, Server } from '#packages/cli';
import { Workspace } from '#workspace';
import { UsageError } from '../model/usage-error';
import { USAGE, parseArguments, type Arguments } from './arguments';
import { JobFailedError, submit, summarize } from './submit';
import { System } from './system';

const log = (text: string) => process.stdout.write(`• ${text}\n`);

const stopping = new AbortController();

async function main(): Promise<number> {
  if (process.argv.includes('--help')) {
    process.stdout.write(USAGE);
    return 0;
  }
  const args = parseArguments(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
  const config = readStartConfig();
  const system = new System(config, args.once, log);
  stopOnSignals();
  try {
    const url = await system.start(stopping.signal);
    process.stdout.write(`\nBoxreel is ready: ${url}${config.BASE_PATH}/upload\n\n`);
    const failures = await submitAll(
      args,
      Server.at(url, stopping.signal, system.key),
      new Workspace(config.VOLUME_DIR),
    );
    if (args.once) return failures === 0 ? 0 : 1;
    await aborted(stopping.signal);
    return 0;
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    return args.once ? 1 : 0;
  } finally {
    log('Stopping');
    await system.stop();
  }
}

/** @returns the number of failed jobs */
async function submitAll({ videos }: Arguments, server: Server, workspace: Workspace): Promise<number> {
  let failures = 0;
  for (const video of videos) {
    try {
      const job = await submit(server, video, log);
      process.stdout.write(`\n${await summarize(server, job, workspace.target(job.id))}\n\n`);
    } catch (error) {
      if (!(error instanceof JobFailedError || error instanceof RequestRefusedError)) throw error;
      process.stderr.write(`${basename(video)}: ${error.message}\n`);
      failures++;
    }
  }
  return failures;
}

/** The first signal stops everything gracefully; a second one exits immediately. */
function stopOnSignals(): void {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (stopping.signal.aborted) process.exit(130); // the services and the embedded server exit when this process is gone
      stopping.abort();
    });
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const known = error instanceof UsageError || error instanceof ConfigError;
    const text =
      error instanceof Error ? (known ? error.message : `Could not start: ${error.message}`) : String(error);
    process.stderr.write(`${text}\n`);
    process.exit(1);
  },
);
