/** Entry point of `npm run bench`: see options.ts for its arguments. */
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chooseDatabase } from '../../../scripts/start/database';
import { measureBursts } from './burst/burst';
import { measureDetect } from './detect/detect';
import { describeMachine, machineLine, type Machine } from './machine';
import { measureMemory } from './pipeline/memory';
import { measurePages } from './pages/pages';
import { BenchUsageError, parseOptions, type Options } from './options';
import { measureSpeed } from './pipeline/speed';
import { measureTracking } from './tracking/tracking';

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  const folder = mkdtempSync(join(tmpdir(), 'boxreel-bench-'));
  process.env['TMPDIR'] = folder; // so that one folder has all temporary files, however the bench ends
  const cleanUp = () => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      cleanUp(); // the children exit when this process is gone
      process.exit(130);
    });
  }
  try {
    await measure(options, folder);
  } finally {
    cleanUp();
  }
}

async function measure(options: Options, folder: string): Promise<void> {
  const machine = await describeMachine();
  console.log(`Machine: ${machineLine(machine)}`);
  const { command, size, frames } = options;
  const measured =
    command === 'tracking'
      ? measureTracking(options)
      : measureServices({ ...options, command }, folder, machine);
  const result = { command, at: new Date().toISOString(), machine, size, frames, ...(await measured) };
  if (options.json !== undefined)
    writeFileSync(resolve(options.json), `${JSON.stringify(result, undefined, 2)}\n`);
}

type ServiceOptions = Options & { readonly command: Exclude<Options['command'], 'tracking'> };

/** Measures what needs a database. */
async function measureServices(options: ServiceOptions, folder: string, machine: Machine): Promise<object> {
  const log = openSync(join(folder, 'database.log'), 'a');
  // The pages can be measured with any database; the others measure the CPU time of one started here.
  const given = options.command === 'pages' ? process.env['MONGODB_URI'] : undefined;
  const database = await chooseDatabase(given, folder, {
    output: log,
    onCrash: (how) => {
      console.error(`The database exited (${how}): the results are invalid.`);
    },
  });
  try {
    process.env['MONGODB_URI'] = database.uri; // the clusters use this database, whose CPU time is measured
    const measure = {
      speed: () => measureSpeed(folder, pidOf(database), options, machine),
      memory: () => measureMemory(folder, options),
      detect: () => measureDetect(folder, options),
      pages: () => measurePages(database.process?.pid, options),
      burst: () => measureBursts(folder, options),
    }[options.command];
    return await measure();
  } finally {
    await database.process?.stop(10_000);
    closeSync(log);
  }
}

function pidOf({ process: server }: Awaited<ReturnType<typeof chooseDatabase>>): number {
  if (server?.pid === undefined) throw new Error('The database is not running.');
  return server.pid;
}

main().catch((error: unknown) => {
  console.error(error instanceof BenchUsageError ? error.message : error);
  process.exitCode = error instanceof BenchUsageError ? 2 : 1;
});
