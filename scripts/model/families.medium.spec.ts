import { compressSync, FORMAT_RGB } from '@julusian/jpeg-turbo';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeTinyGraph } from '../../libs/detection/test/tiny-graph';
import { modelsDir } from '../../test/support/model';
import { draftFor } from './check';
import { withEngine } from './model-folders';
import { DETR_CASES } from './test/detr-cases';
import { BOX, CASES, IMAGES, SCORE } from './test/family-cases';

// Every family that `npm run model -- check FILE.onnx` knows: from the graph alone to the right box.

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'families-'))));
afterAll(() => rm(folder, { recursive: true }));

describe('check of a model', () => {
  it.each([...CASES, ...DETR_CASES].map((one) => [one.name, one] as const))('knows %s', async (name, one) => {
    const file = await writeTinyGraph(
      join(folder, `${name.replace(/\W+/g, '-').toLowerCase()}.onnx`),
      one.inputs ?? [IMAGES],
      one.outputs,
      one.metadata,
    );
    const lines: string[] = [];
    const { draft } = await draftFor(file, { modelsDir, cacheDir: folder }, (line) => lines.push(line));
    expect(draft.family).toBe(one.family);
    expect(draft.manifest).toMatchObject(one.manifest);
    expect(lines.length).toBe((one.inputs?.length ?? 1) + one.outputs.length);

    // The printed manifest works unchanged, on an image with the shape of the input.
    const manifest = file.replace('.onnx', '.json');
    await writeFile(manifest, JSON.stringify(draft.manifest));
    const [found, ...others] = await detectSquare(manifest);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ label: 'car' });
    expect(found!.score).toBeCloseTo(SCORE, 3);
    found!.box.forEach((side, k) => {
      expect(side).toBeCloseTo((one.box ?? BOX)[k]!, 3);
    });
    expect(await readFile(manifest, 'utf8')).toContain('"sha256"');
  });
});

async function detectSquare(manifest: string) {
  const square = compressSync(Buffer.alloc(3 * 64 * 64, 90), { format: FORMAT_RGB, width: 64, height: 64 });
  const { detections } = await withEngine({ modelsDir, cacheDir: folder }, (engine) =>
    engine.detect(manifest, square),
  );
  return detections;
}
