import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { listModels, type Manifest } from '#detection';
import { describeGraph, readGraph } from './graph';
import { guessManifest } from './guess';
import { notesOn } from './notes';
import { fetchModel, withEngine, type ModelFolders } from './model-folders';
import { UsageError } from './usage-error';

/**
 * Checks a manifest against its model, or describes an .onnx file and prints a draft manifest.
 * @throws an error that says what is wrong
 */
export async function check(file: string, folders: ModelFolders): Promise<void> {
  if (file.endsWith('.onnx')) await checkOnnx(file, folders);
  else if (file.endsWith('.json')) await checkManifest(file, folders);
  else if ((await listModels(folders.modelsDir)).includes(file)) {
    await checkManifest(join(folders.modelsDir, `${file}.json`), folders);
  } else {
    throw new UsageError(
      `check expects a manifest (FILE.json, or the name of a model) or a model (FILE.onnx), not '${file}'.`,
    );
  }
}

async function checkManifest(file: string, folders: ModelFolders): Promise<void> {
  const { manifest, modelPath } = await fetchModel(file, folders);
  const graph = await readGraph(modelPath);
  await withEngine(folders, (engine) => engine.load(file)); // compares the graph with the manifest and runs it once
  const { name, title, licence, input, output, labels } = manifest;
  const first = labels.slice(0, 3).map((label) => label.name);
  console.log(`${name}: ${title} (${licence})`);
  console.log(`file    ${modelPath}`);
  for (const line of describeGraph(graph)) console.log(line);
  console.log(`pixels  ${describePixels(input)}`);
  console.log(`head    ${output.head}`);
  console.log(`labels  ${labels.length}: ${first.join(', ')}${labels.length > 3 ? ', ...' : ''}`);
  for (const note of notesOn(manifest, await readFile(file, 'utf8'))) console.log(`note    ${note}`);
  console.log('The manifest is valid and matches the graph, and the model ran.');
}

function describePixels({
  width,
  height,
  resize,
  align,
  pad,
  antialias,
  ...input
}: Manifest['input']): string {
  const fit = resize === 'letterbox' ? `letterbox ${align} on ${pad}` : resize;
  const { colour, layout, dtype, scale, mean, std } = input;
  return `${width}x${height}, ${fit}, antialias ${antialias}, ${colour}, ${layout}, ${dtype}: (x * ${scale} - [${mean.join(', ')}]) / [${std.join(', ')}]`;
}

/** Only the manifest goes to stdout, so that `> models/mine.json` works. */
async function checkOnnx(file: string, { modelsDir }: ModelFolders): Promise<void> {
  const path = resolve(file);
  const graph = await readGraph(path);
  for (const line of describeGraph(graph)) console.error(line);
  const sha256 = createHash('sha256');
  await pipeline(createReadStream(path), sha256);
  const { manifest, remarks } = guessManifest(graph, {
    title: basename(path, '.onnx'),
    source: { type: 'file', path: path.startsWith(modelsDir + sep) ? relative(modelsDir, path) : path },
    sha256: sha256.digest('hex'),
  });
  console.error('Draft manifest. The graph does not contain these values, so they are guesses:');
  for (const remark of remarks) console.error(`- ${remark}`);
  console.log(JSON.stringify(manifest, undefined, 2));
}
