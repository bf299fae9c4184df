/** Boxreel from a terminal: send videos, watch jobs, download their results. */
import { UsageError } from './usage-error';
import { cancel, remove, retry } from './change';
import { COMMON_USAGE, EXIT, type Command } from './command';
import { detect } from './detect';
import { get } from './get';
import { list } from './list';
import { printable } from './printable';
import { RequestRefusedError, ServerUnreachableError } from './server';
import { rerun } from './rerun';
import { report } from './report';
import { submit } from './submit';
import { tracks } from './tracks';

const COMMANDS: Readonly<Record<string, Command>> = {
  submit,
  detect,
  list,
  get,
  tracks,
  report,
  rerun,
  cancel,
  retry,
  delete: remove,
};

const USAGE = `Usage: boxreel <command> [options]

  submit VIDEO...      send videos
  detect IMAGE...      detect objects in images
  list                 list jobs
  get ID               show a job, download its annotated video and detections
  tracks ID            list the tracked objects of a job
  report               print a table of jobs with their detections and objects
  rerun ID             run the video of a job again with other options
  cancel ID...         cancel jobs
  retry ID...          retry failed or cancelled jobs
  delete ID...         delete jobs and their files

Each command has more options: boxreel <command> --help.

${COMMON_USAGE}`;

const stopping = new AbortController();

async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === 'help') {
    console.log(USAGE);
    return name === undefined ? EXIT.misused : EXIT.done;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    const known = Object.keys(COMMANDS).join(', ');
    throw new UsageError(`Unknown command "${name}". Commands: ${known}; see --help.`);
  }
  if (args.includes('--help')) {
    console.log(command.usage);
    return EXIT.done;
  }
  return command.run([...args], stopping.signal);
}

/** Known errors explain themselves to the user; any other is a bug and shows its stack. */
function reportError(error: unknown): number {
  if (stopping.signal.aborted) return EXIT.interrupted;
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  const misused = error instanceof UsageError || code?.startsWith('ERR_PARSE_ARGS');
  const refused = error instanceof ServerUnreachableError || error instanceof RequestRefusedError;
  // errors of the file system, such as "EACCES: permission denied, open 'out.avi'"
  const known = misused || refused || (code !== undefined && /^E[A-Z]+$/.test(code));
  console.error(error instanceof Error && known ? printable(error.message) : error);
  if (misused) return EXIT.misused;
  return refused ? EXIT.refused : EXIT.failed;
}

// The first Ctrl-C stops gracefully, a second one immediately.
process.once('SIGINT', () => {
  stopping.abort();
});
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(); // for example in `boxreel list | head`
  throw error;
});

void main(process.argv.slice(2))
  .catch(reportError)
  .then((code) => {
    process.exitCode = code;
  });
