import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { describeGraph, readGraph } from './graph';
import { guessManifest } from './guess';
import { fetchModel, withEngine, type Shop } from './shop';

/**
 * Checks a manifest with its model, or looks at an .onnx file and prints a manifest to start from.
 * @throws what is wrong
 */
export async function check(file: string, shop: Shop): Promise<void> {
  await (file.endsWith('.onnx') ? checkOnnx(file) : checkManifest(file, shop));
}

async function checkManifest(file: string, shop: Shop): Promise<void> {
  const { manifest, modelPath } = await fetchModel(file, shop);
  const graph = await readGraph(modelPath);
  await withEngine(shop, (engine) => engine.load(file)); // compares, and runs it once
  const { name, title, licence, input, output, labels } = manifest;
  const first = labels.slice(0, 3).map((label) => label.name);
  console.log(`${name}: ${title} (${licence})`);
  console.log(`file    ${modelPath}`);
  for (const line of describeGraph(graph)) console.log(line);
  console.log(
    `pixels  ${input.width}x${input.height}, ${input.resize}, ${input.colour}, ${input.layout}, ${input.dtype}: (x * ${input.scale} - [${input.mean.join(', ')}]) / [${input.std.join(', ')}]`,
  );
  console.log(`head    ${output.head}`);
  console.log(`labels  ${labels.length}: ${first.join(', ')}${labels.length > 3 ? ', ...' : ''}`);
  console.log('The manifest is valid, the graph is as it says, and the model ran.');
}

/** The manifest goes to stdout, everything else to stderr, so that `> models/mine.json` gets what it should. */
async function checkOnnx(file: string): Promise<void> {
  const path = resolve(file);
  const graph = await readGraph(path);
  for (const line of describeGraph(graph)) console.error(line);
  const sha256 = createHash('sha256');
  await pipeline(createReadStream(path), sha256);
  const { manifest, remarks } = guessManifest(graph, {
    title: basename(path, '.onnx'),
    source: { type: 'file', path },
    sha256: sha256.digest('hex'),
  });
  console.error('A manifest to start from. What a graph does not tell is guessed:');
  for (const remark of remarks) console.error(`- ${remark}`);
  console.log(JSON.stringify(manifest, undefined, 2));
}
