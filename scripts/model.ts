/** Models from the command line: list them, fetch them ahead of time, check a new one, try one on a picture. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { quoteWithNearest } from '#detection';
import { check } from './model/check';
import { detect } from './model/detect';
import { list } from './model/list';
import { fetchModel } from './model/shop';
import { UsageError } from './model/usage-error';

const COMMANDS = ['list', 'pull', 'check', 'detect'];

const root = resolve(__dirname, '../..'); // this file runs from dist/scripts

const usage = `Usage: npm run model -- <command> [options]

  list                   the models there are
  pull NAME              fetch a model into the cache and print its path
  check FILE             a manifest (.json, or its name): is it valid, and is its model what it says?
                         a model (.onnx): what goes in and comes out, and a manifest to start from
  detect NAME IMAGE...   print what a model finds in JPEG or PNG pictures, as JSON

NAME may also be the path of a manifest. To keep a manifest that check prints:
npm run -s model -- check FILE.onnx > models/NAME.json

  --models DIR           where manifests are, default models/
  --cache DIR            where fetched models are kept, default .cache/models
  --score NUMBER         detect: what scores more is found, 0..1, default as the manifest has it
  --iou NUMBER           detect: of two boxes of a class that overlap more, the weaker is dropped, 0..1, default alike
  --max NUMBER           detect: most detections of a picture, default alike
  --classes NAME,...     detect: only these classes
  --annotate FILE        detect: write the picture with boxes drawn into it, as a JPEG
  --help                 this text`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      models: { type: 'string', default: resolve(root, 'models') },
      cache: { type: 'string', default: resolve(root, '.cache/models') },
      score: { type: 'string' },
      iou: { type: 'string' },
      max: { type: 'string' },
      classes: { type: 'string' },
      annotate: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const { models, cache, help, ...ofDetect } = values;
  if (help) {
    console.log(usage);
    return;
  }
  const shop = { modelsDir: resolve(models), cacheDir: resolve(cache) };
  const [command, target, ...images] = positionals;
  if (command !== undefined && !COMMANDS.includes(command)) {
    throw new UsageError(
      `There is no command ${quoteWithNearest(command, COMMANDS)}. Commands: ${COMMANDS.join(', ')}; --help tells more.`,
    );
  }
  const [misplaced] = Object.keys(ofDetect);
  if (command !== 'detect' && misplaced !== undefined)
    throw new UsageError(`--${misplaced} goes with detect.`);
  if (command === 'list' && target === undefined) await list(shop);
  else if (target !== undefined && command === 'detect' && images.length > 0) {
    await detect({ model: target, images, ...ofDetect }, shop);
  } else if (target === undefined || images.length > 0) throw new UsageError(usage);
  else if (command === 'pull') console.log((await fetchModel(target, shop)).modelPath);
  else if (command === 'check') await check(target, shop);
  else throw new UsageError(usage);
}

/** Errors with a code say in a sentence what a user can act on; anything else is a fault of ours and shows its stack. */
function complain(error: unknown): void {
  if (error instanceof AggregateError) {
    error.errors.forEach(complain);
    return;
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  const misused = error instanceof UsageError || code?.startsWith('ERR_PARSE_ARGS');
  console.error(error instanceof Error && (misused || code) ? error.message : error);
  process.exitCode = misused ? 2 : 1;
}

main().catch(complain);
