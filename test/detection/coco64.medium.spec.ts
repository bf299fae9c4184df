import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Engine, decodingSize, type RgbImage } from '#detection';
import { mapOrdered } from '#flow';
import { cacheDir, pullTimeout } from '../support/model';
import { writeSampleModels } from '../support/sample-model';
import { sample } from '../support/test-data';
import { averagePrecision, type Scored } from '../../scripts/model/quantise/average-precision';
import { readTruths } from '../../scripts/model/quantise/images';
import { rgbFilters } from '../../libs/media/src/colour';
import { jpegPixels, scaledPixels } from '../support/video';

const coco = sample('data/coco64');
const weights = sample('models');

let modelsDir: string;
let engine: Engine;
beforeAll(async () => {
  modelsDir = await mkdtemp(join(tmpdir(), 'models-'));
  await writeSampleModels(modelsDir);
  engine = new Engine({
    ...{ modelsDir, cacheDir, device: 'cpu', cpus: 2, memoryBytes: Infinity, queueLimit: 64 },
  });
});
afterAll(async () => {
  await engine.close();
  await rm(modelsDir, { recursive: true });
});

describe('average precision on 64 images of COCO val2017', () => {
  (coco ? it : it.skip)(
    'of the default model agrees with the reference',
    async () => {
      const { ap, ap50 } = await score('ssdlite-mobilenetv2');
      expect(Math.abs(ap - 0.385)).toBeLessThan(0.005);
      expect(Math.abs(ap50 - 0.541)).toBeLessThan(0.005);
    },
    pullTimeout,
  );

  (coco ? it : it.skip).each([
    ['ssdlite-mobilenetv2', 0.385],
    ['yolox-nano', 0.36],
  ])(
    'of %s is the same for images that ffmpeg scales, as it does for jobs without frame files',
    async (model, reference) => {
      const { input } = await engine.load(model);
      const { ap } = await score(model, async (file) => {
        const frame = jpegPixels(await readFile(file));
        const size = decodingSize(input, frame);
        return { ...size, rgb: await scaledPixels(file, rgbFilters({ codec_name: 'mjpeg' }, frame, size)) };
      });
      expect(Math.abs(ap - reference)).toBeLessThan(0.01);
    },
    pullTimeout,
  );

  (coco && weights ? it : it.skip).each([
    ['ssd12-contract', 0.382, 0.005],
    ['yolox-nano', 0.36, 0.005],
    ['nanodet-m', 0.32, 0.005], // an independent decode with numpy and OpenCV
    ['fpnlite-256-int8', 0.184, 0.02], // products of int8 saturate on CPUs without VNNI
  ] as const)(
    'of %s agrees with the reference',
    async (name, reference, tolerance) => {
      const { ap } = await score(name);
      expect(Math.abs(ap - reference)).toBeLessThan(tolerance);
    },
    pullTimeout,
  );
});

/** @param read makes the engine's input from the path of an image; by default the path itself */
async function score(
  model: string,
  read: (file: string) => Promise<RgbImage | string> = (file) => Promise.resolve(file),
): Promise<{ ap: number; ap50: number }> {
  const names = (await readdir(join(coco!, 'images'))).sort();
  const thresholds = { score: 0.01, iou: 0.6, max: 100 };
  const images: Scored[] = [];
  const scoreImage = async (name: string): Promise<Scored> => ({
    truths: await readTruths(join(coco!, 'labels', name.replace('.jpg', '.txt'))),
    detections: (await engine.detect(model, await read(join(coco!, 'images', name)), thresholds)).detections,
  });
  for await (const image of mapOrdered(names, 4, scoreImage)) images.push(image);
  expect(images).toHaveLength(64);
  return averagePrecision(images);
}
