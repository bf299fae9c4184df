/** Models from the command line: list them, fetch them ahead of time, check a new one, try one on a picture. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { check } from './model/check';
import { detect } from './model/detect';
import { list } from './model/list';
import { fetchModel } from './model/shop';
import { UsageError } from './model/usage-error';

const root = resolve(__dirname, '../..'); // this file runs from dist/scripts

const usage = `Usage: npm run model -- <command> [options]

  list                   the models there are
  pull NAME              fetch a model into the cache and print its path
  check FILE             a manifest (.json): is it valid, and is its model what it says?
                         a model (.onnx): what goes in and comes out, and a manifest to start from
  detect NAME IMAGE...   print what a model finds in JPEGs or PNGs, as JSON

NAME may also be the path of a manifest. To keep a manifest that check prints:
npm run -s model -- check FILE.onnx > models/NAME.json

  --models DIR           where manifests are, default models/
  --cache DIR            where fetched models are kept, default .cache/models
  --score NUMBER         detect: what scores more is found, 0..1, default as the manifest has it
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
      classes: { type: 'string' },
      annotate: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const { score, classes, annotate } = values;
  const shop = { modelsDir: resolve(values.models), cacheDir: resolve(values.cache) };
  const [command, target, ...images] = positionals;
  if (command !== 'detect' && (score ?? classes ?? annotate) !== undefined) {
    throw new UsageError('--score, --classes and --annotate go with detect.');
  }
  if (command === 'list' && target === undefined) await list(shop);
  else if (target !== undefined && command === 'detect' && images.length > 0) {
    await detect({ model: target, images, score, classes, annotate }, shop);
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
