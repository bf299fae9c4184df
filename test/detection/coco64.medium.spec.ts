import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Engine } from '#detection';
import { mapOrdered } from '#flow';
import { cacheDir, modelsDir, pullTimeout } from '../support/model';
import { sample } from '../support/test-data';
import { averagePrecision, type Scored, type Truth } from './average-precision';

const coco = sample('data/coco64');

describe('the default model on 64 pictures of COCO val2017', () => {
  (coco ? it : it.skip)(
    'agrees with the reference',
    async () => {
      const engine = new Engine({
        ...{ modelsDir, cacheDir, device: 'cpu', cpus: 2, memoryBytes: Infinity, queueLimit: 64 },
      });
      try {
        const names = (await readdir(join(coco!, 'images'))).sort();
        const thresholds = { score: 0.01, iou: 0.6, max: 100 };
        const pictures: Scored[] = [];
        const look = async (name: string): Promise<Scored> => ({
          truths: await truthsOf(join(coco!, 'labels', name.replace('.jpg', '.txt'))),
          detections: (await engine.detect('ssdlite-mobilenetv2', join(coco!, 'images', name), thresholds))
            .detections,
        });
        for await (const picture of mapOrdered(names, 4, look)) pictures.push(picture);
        expect(pictures).toHaveLength(64);
        const { ap, ap50 } = averagePrecision(pictures);
        // The reference for these weights on these pictures is .385 and .541.
        expect(Math.abs(ap - 0.385)).toBeLessThan(0.01);
        expect(Math.abs(ap50 - 0.541)).toBeLessThan(0.01);
      } finally {
        await engine.close();
      }
    },
    pullTimeout,
  );
});

/** Labels in YOLO's form: class, centre x and y, width and height, as fractions. */
async function truthsOf(file: string): Promise<Truth[]> {
  const text = await readFile(file, 'utf8');
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [classIndex = 0, cx = 0, cy = 0, w = 0, h = 0] = line.split(' ').map(Number);
      return { classIndex, box: [cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2] };
    });
}
