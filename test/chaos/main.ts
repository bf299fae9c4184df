/** `npm run test:chaos`: kills services and the database at random while jobs run, and counts lost jobs. */
import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { seeded } from '../support/random';
import { temporaryFolder } from '../support/video';
import { startCluster, runChaos } from './chaos';
import { makeClips } from './clips';
import { checkResult } from './verdict';

const USAGE = `Usage: npm run test:chaos [-- [--minutes N] [--jobs N] [--seed N]]

Starts two replicas of every service. For N minutes (default 1.5) kills one of them, or the database, every second or
two, while N jobs (default 24) are in progress. No job may be lost or processed twice, and no file left over.
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '1.5' },
      jobs: { type: 'string', default: '24' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const say = (text: string) => process.stdout.write(`• ${text}\n`);
  const [minutes, jobs, seed] = [values.minutes, values.jobs, values.seed].map(Number);
  if (!(Number(minutes) > 0 && Number(jobs) >= 1 && Number.isInteger(seed))) {
    process.stderr.write(USAGE);
    return 2;
  }
  say(`${values.minutes} minutes, seed ${values.seed}`);
  const folder = await temporaryFolder();
  const cluster = await startCluster();
  try {
    const clips = await makeClips(folder);
    const random = seeded(Number(seed));
    const { submissions, kills } = await runChaos(cluster, clips, {
      minutes: Number(minutes),
      jobs: Number(jobs),
      random,
      say,
    });
    const { complete, failedAsExpected, lost, doubled, leftovers } = await checkResult(cluster, submissions);
    const count = Object.entries(kills).map(([name, times]) => `${name} ${times}`);
    process.stdout.write(
      [
        `killed          ${count.join(', ')}`,
        `jobs            ${submissions.length}`,
        `complete        ${complete}`,
        `failed as due  ${failedAsExpected}`,
        ...Object.entries({ lost, doubled, leftovers }).flatMap(([name, found]) => [
          `${name.padEnd(15)} ${found.length}`,
          ...found.slice(0, 20).map((text) => `  ${text}`),
        ]),
        '',
      ].join('\n'),
    );
    return lost.length + doubled.length + leftovers.length === 0 ? 0 : 1;
  } finally {
    await cluster.stop();
    await rm(folder, { recursive: true });
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
