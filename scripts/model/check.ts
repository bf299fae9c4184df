import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Detection, listModels, type Manifest, sampleImage } from '#detection';
import { describeGraph, readGraph } from './graph';
import { type Draft, guessManifests } from './guess';
import { notesOn } from './notes';
import { fetchModel, withEngine, type ModelFolders } from './model-folders';
import { ModelCheckError } from './model-check-error';
import { firstThatRuns } from './trial';
import { UsageError } from './usage-error';

/**
 * Checks a manifest against its model, or names the family of an .onnx file and prints a manifest for it.
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
  // Loading compares the graph with the manifest, runs it and looks for signs of another contract.
  const { detections } = await withEngine(folders, async (engine) =>
    engine.detect(file, await sampleImage()),
  );
  const { name, title, licence, input, output, labels } = manifest;
  const first = labels.slice(0, 3).map((label) => label.name);
  console.log(`${name}: ${title} (${licence})`);
  console.log(`file    ${modelPath}`);
  for (const line of describeGraph(graph)) console.log(line);
  console.log(`pixels  ${describePixels(input)}`);
  console.log(`head    ${output.head}`);
  console.log(`labels  ${labels.length}: ${first.join(', ')}${labels.length > 3 ? ', ...' : ''}`);
  console.log(`sample  ${describeDetections(detections)}`);
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

/** What a model found in the sample image, a cup on a table. */
function describeDetections(detections: readonly Detection[]): string {
  const [best] = detections;
  if (!best) return 'nothing found in models/sample.jpg, a cup on a table';
  const found = detections.slice(0, 3).map(({ label, score }) => `${label} ${score.toFixed(2)}`);
  return `${found.join(', ')}${detections.length > 3 ? ', ...' : ''} (models/sample.jpg, a cup on a table)`;
}

/** Only the manifest goes to stdout, so that `> models/mine.json` works. */
async function checkOnnx(file: string, folders: ModelFolders): Promise<void> {
  const { draft, detections } = await draftFor(file, folders, console.error);
  console.error(`family  ${draft.family}`);
  console.error(`sample  ${describeDetections(detections)}`);
  console.error('The graph does not contain these values, so verify them:');
  for (const remark of draft.remarks) console.error(`- ${remark}`);
  console.log(JSON.stringify(draft.manifest, undefined, 2));
}

/**
 * Finds the manifest that fits an .onnx file.
 * @param print takes the description of the graph, line by line
 * @throws ModelCheckError if the file is not a model, or no manifest fits
 */
export async function draftFor(
  file: string,
  folders: ModelFolders,
  print: (line: string) => void,
): Promise<{ draft: Draft; detections: readonly Detection[] }> {
  const path = resolve(file);
  const graph = await readGraph(path);
  for (const line of describeGraph(graph)) print(line);
  const drafts = guessManifests(graph, {
    title: basename(path, '.onnx'),
    source: { type: 'file', path: pathFor(path, folders.modelsDir) },
    sha256: await sha256Of(path),
  });
  const found = await firstThatRuns(drafts, path, folders);
  if (found.fits) return found;
  throw new ModelCheckError(
    [
      `This looks like: ${drafts[0]?.family}. But it cannot be used as such:`,
      ...found.problems.map(({ family, problem }) => `- as ${family}: ${problem}`),
    ].join('\n'),
  );
}

/** A path inside the models folder is written relative to it, so that the folder can move. */
function pathFor(path: string, modelsDir: string): string {
  return path.startsWith(modelsDir + sep) ? relative(modelsDir, path) : path;
}

async function sha256Of(path: string): Promise<string> {
  const sha256 = createHash('sha256');
  await pipeline(createReadStream(path), sha256);
  return sha256.digest('hex');
}
