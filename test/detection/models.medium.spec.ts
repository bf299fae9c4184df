import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compressSync, FORMAT_RGB } from '@julusian/jpeg-turbo';
import { createCanvas, loadImage } from 'canvas';
import { type Manifest, ModelMismatchError } from '#detection';
import { runModel } from '../../libs/detection/test/model-worker';
import { defaultModel, pullTimeout } from '../support/model';
import { sampleModel } from '../support/sample-model';
import { sample } from '../support/test-data';

const coco = sample('data/coco64/images');
const weights = sample('models');
const page = sample('models/not_a_model.onnx');
const withData = coco && weights ? it : it.skip;

const readImage = (name: string) => readFile(join(coco!, `${name}.jpg`));
const thresholds = { score: 0.3, iou: 0.6, max: 100 };

describe('models of every head', () => {
  withData.each(['resnet10-face', 'fpnlite-256-int8', 'yolox-nano'] as const)(
    '%s returns the same detections for an image in a batch and alone',
    async (name) => {
      const { manifest, modelPath: file } = (await sampleModel(name))!;
      const images = [
        await readImage('000000001296'),
        Buffer.from('<html>'),
        await readImage('000000004134'),
      ];
      const requests = images.map((image) => ({ image, thresholds }));
      const [batch, ...alone] = await runModel({
        manifest,
        file,
        maxBatch: 3,
        batches: [requests, ...requests.map((request) => [request])],
      });
      expect(batch![1]).toBe('it is not a JPEG, PNG or WebP image, but an HTML page');
      for (const i of [0, 2]) {
        const [together, single] = [batch![i], alone[i]![0]];
        if (typeof together !== 'object' || typeof single !== 'object')
          throw new Error('an image was refused');
        expect([together.batch, single.batch]).toEqual([2, 1]);
        expect(single.detections.length).toBeGreaterThan(0);
        expect(together.detections.map(({ label }) => label)).toEqual(
          single.detections.map(({ label }) => label),
        );
        together.detections.forEach(({ box, score }, k) => {
          expect(score).toBeCloseTo(single.detections[k]!.score, 3);
          box.forEach((side, s) => {
            expect(side).toBeCloseTo(single.detections[k]!.box[s]!, 3);
          });
        });
      }
    },
    pullTimeout,
  );

  withData('a face detector finds faces where there are some, and none on food', async () => {
    const { manifest, modelPath: file } = (await sampleModel('resnet10-face'))!;
    const look = async (name: string) => ({
      image: await readImage(name),
      thresholds: { ...thresholds, score: 0.5 },
    });
    // a woman with a telephone; four boys with surfboards, looking at a photographer; two bowls of food
    const names = ['000000001296', '000000005193', '000000005600'];
    const [results] = await runModel({
      manifest,
      file,
      maxBatch: 3,
      batches: [await Promise.all(names.map(look))],
    });
    const found = results!.map((result) => (typeof result === 'object' ? result.detections : []));
    expect(found.map(({ length }) => length)).toEqual([1, 4, 0]);
    const [x1, y1, x2, y2] = found[0]![0]!.box;
    expect([x1 > 0.25, y1 > 0.1, x2 < 0.75, y2 < 0.55]).toEqual([true, true, true, true]); // only her face
    expect(found[0]![0]!.label).toBe('face');
  });

  withData('a letterboxed model returns boxes and pixels of the upright image', async () => {
    const { manifest, modelPath: file } = (await sampleModel('yolox-nano'))!;
    const woman = await readImage('000000001296');
    const [results] = await runModel({
      manifest,
      file,
      maxBatch: 2,
      batches: [
        [
          { image: woman, thresholds, keepPixels: true },
          { image: await layDown(woman), thresholds, keepPixels: true },
        ],
      ],
    });
    const [standing, lying] = results!.map((result) => (typeof result === 'object' ? result : undefined));
    expect([lying!.width, lying!.height]).toEqual([427, 640]);
    expect(lying!.pixels).toHaveLength(3 * 427 * 640);
    const difference = standing!.pixels!.reduce(
      (sum, value, i) => sum + Math.abs(value - lying!.pixels![i]!),
      0,
    );
    expect(difference / standing!.pixels!.length).toBeLessThan(4); // equal except for the second compression
    for (const { detections } of [standing!, lying!]) {
      const [{ label, box }] = detections as [(typeof detections)[0]];
      expect([label, box[1] < 0.1, box[3] > 0.95]).toEqual(['person', true, true]); // head to the lower edge
    }
  });

  (page ? it : it.skip)('an HTML page under the name of a model is refused as such', async () => {
    const { manifest } = await defaultModel();
    const load = runModel({ manifest, file: page!, maxBatch: 1, batches: [] });
    await expect(load).rejects.toThrow(ModelMismatchError);
    await expect(load).rejects.toThrow('not_a_model.onnx is an HTML page, not an ONNX model.');
  });

  withData('a graph with a batch of one refuses larger batches', async () => {
    const { manifest, modelPath: file } = (await sampleModel('ssd12-contract'))!;
    const load = runModel({ manifest, file, maxBatch: 4, batches: [] });
    await expect(load).rejects.toThrow(ModelMismatchError);
    await expect(load).rejects.toThrow(
      'batches of up to 4 images are configured, but the graph takes one image at a time',
    );
  });

  withData('labels of another model are refused', async () => {
    const { manifest, modelPath: file } = (await sampleModel('yolox-nano'))!;
    const other: Manifest = { ...manifest, labels: manifest.labels.slice(0, 20), classes: 20 };
    const load = runModel({ manifest: other, file, maxBatch: 1, batches: [] });
    await expect(load).rejects.toThrow("the manifest's labels name 20 classes, but the graph has 80 classes");
  });
});

describe('a file that is not a model', () => {
  it(
    'is refused with the error of ONNX Runtime',
    async () => {
      const { manifest } = await defaultModel();
      const dir = await mkdtemp(join(tmpdir(), 'models-'));
      try {
        const file = join(dir, 'broken.onnx');
        await writeFile(file, Buffer.from('0807120770', 'hex'));
        const load = runModel({ manifest, file, maxBatch: 1, batches: [] });
        await expect(load).rejects.toThrow(ModelMismatchError);
        await expect(load).rejects.toThrow('broken.onnx cannot be loaded by ONNX Runtime');
      } finally {
        await rm(dir, { recursive: true });
      }
    },
    pullTimeout,
  );
});

/** An image as stored by a phone held sideways: rotated to the left, with EXIF orientation 6. */
async function layDown(jpeg: Buffer): Promise<Buffer> {
  const image = await loadImage(jpeg);
  const { width, height } = image;
  const context = createCanvas(height, width).getContext('2d');
  context.translate(0, width);
  context.rotate(-Math.PI / 2);
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, height, width);
  const rgb = Buffer.from(data.filter((_, i) => i % 4 < 3));
  const stored = compressSync(rgb, { format: FORMAT_RGB, width: height, height: width, quality: 95 });
  const exif = Buffer.from(
    '45786966000049492a0008000000' + '0100' + '120103000100000006000000' + '00000000',
    'hex',
  );
  const marker = Buffer.from([0xff, 0xe1, 0, exif.length + 2]);
  return Buffer.concat([stored.subarray(0, 2), marker, exif, stored.subarray(2)]);
}
