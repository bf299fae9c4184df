/** Models from the command line: fetch them ahead of time, list them, try one on a picture. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Engine, ensureModel, listModels, loadManifest } from '#detection';

const root = resolve(__dirname, '../..'); // this file runs from dist/scripts
const modelsDir = resolve(root, 'models');

const usage = `Usage: node dist/scripts/model.js <command> [--cache DIR]
  list                 the models there are
  pull NAME            fetch a model into the cache and print its path
  detect NAME IMAGE    print what a model finds in a JPEG, as JSON
NAME may also be the path of a manifest (.json). --cache: where models are kept, default .cache/models`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      cache: { type: 'string', default: resolve(root, '.cache/models') },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const [command, model, image, ...rest] = positionals;
  if (command === 'list' && model === undefined) await list();
  else if (command === 'pull' && model !== undefined && image === undefined) {
    console.log((await pull(model, values.cache)).modelPath);
  } else if (command === 'detect' && model !== undefined && image !== undefined && rest.length === 0) {
    await detect(model, image, values.cache);
  } else throw new UsageError(usage);
}

async function list(): Promise<void> {
  for (const name of await listModels(modelsDir)) {
    const { title, licence } = await loadManifest(name, modelsDir);
    console.log(`${name}  ${title} (${licence})`);
  }
}

async function pull(model: string, cacheDir: string) {
  const manifest = await loadManifest(model, modelsDir);
  const modelPath = await ensureModel(manifest, {
    cacheDir,
    onProgress: (message) => {
      console.error(message);
    },
  });
  return { manifest, modelPath };
}

async function detect(model: string, image: string, cacheDir: string): Promise<void> {
  const engine = new Engine({
    ...{ modelsDir, cacheDir, device: 'cpu', cpus: 1, memoryBytes: Infinity, queueLimit: 1 },
    onProgress: (message) => {
      console.error(message);
    },
  });
  try {
    console.log(JSON.stringify(await engine.detect(model, image), undefined, 2));
  } finally {
    await engine.close();
  }
}

class UsageError extends Error {}

/** Errors with a code say in a sentence what a user can act on; anything else is a fault of ours and shows its stack. */
function complain(error: unknown): void {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  const misused = error instanceof UsageError || code?.startsWith('ERR_PARSE_ARGS');
  console.error(error instanceof Error && (misused || code) ? error.message : error);
  process.exitCode = misused ? 2 : 1;
}

main().catch(complain);
