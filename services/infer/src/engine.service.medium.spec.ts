import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compressSync, FORMAT_RGB } from '@julusian/jpeg-turbo';
import { Logger } from '@nestjs/common';
import { readInferConfig } from '#config';
import { makeModelCopies, type ModelCopies } from '../../../libs/detection/test/model-copies';
import { pullTimeout } from '../../../test/support/model';
import { EngineService } from './engine.service';

describe('EngineService', () => {
  let models: ModelCopies;
  let service: EngineService;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    models = await makeModelCopies('edited');
    const config = readInferConfig({
      ...{ MONGODB_URI: 'mongodb://127.0.0.1/', MODEL: 'edited', INFER_DEVICE: 'cpu', INFER_INSTANCES: '1' },
      ...{ MODELS_DIR: models.modelsDir, MODEL_CACHE: models.cacheDir },
    });
    service = new EngineService(config, { request: () => undefined, execution: () => undefined });
  }, pullTimeout);
  afterAll(async () => {
    await service.onApplicationShutdown();
    await models.remove();
  });

  it('rejects a job whose class the model no longer has', async () => {
    const options = { model: 'edited', score: 0.5, classes: ['person'], frameStep: 1 };
    const { signal } = new AbortController();
    await service.prepare(options, signal);
    const labels = Array.from({ length: 90 }, (_, column) => `thing ${column}`);
    await models.add('edited', { labels });
    await expect(service.prepare(options, signal)).rejects.toMatchObject({
      code: 'UNKNOWN_CLASS',
      fault: 'input',
      message: expect.stringContaining('"person"') as string,
    });
    await service.prepare({ ...options, classes: ['thing 0'] }, signal);
  });

  it('aborts the attempt when the model changes mid-job', async () => {
    await models.add('edited');
    const image = join(models.root, 'grey.jpg');
    const grey = compressSync(Buffer.alloc(3 * 64 * 48, 128), { format: FORMAT_RGB, width: 64, height: 48 });
    await writeFile(image, grey);
    const { signal } = new AbortController();
    const detector = await service.prepare(undefined, signal);
    await detector.detect(image);
    await models.add('edited', { defaults: { score: 0.9 } });
    await detector.detect(image); // the edited model is not loaded yet
    const next = await service.prepare(undefined, signal);
    await expect(detector.detect(image)).rejects.toMatchObject({ code: 'MODEL_CHANGED', fault: 'system' });
    expect(next.basis).not.toBe(detector.basis);
    await next.detect(image);
  });

  it('reports an undecodable frame as a system fault, because preprocess wrote it', async () => {
    const damaged = join(models.root, 'damaged.jpg');
    await writeFile(damaged, 'not a JPEG');
    const detector = await service.prepare(undefined, new AbortController().signal);
    await expect(detector.detect(damaged)).rejects.toMatchObject({ code: 'BAD_IMAGE', fault: 'system' });
  });

  it('detects in the precision of an earlier attempt, which is part of the basis', async () => {
    const { signal } = new AbortController();
    const detector = await service.prepare(undefined, signal);
    expect(detector.precision).toBe('fp32'); // the model has no int8 variant
    const open = jest.spyOn(service.engine, 'open');
    const detect = jest.spyOn(service.engine, 'detect');
    const manifest = await service.engine.load('edited');
    open.mockImplementation((_, { precision } = {}) =>
      Promise.resolve({ manifest, precision: precision ?? 'int8' }),
    );
    const int8 = await service.prepare(undefined, signal);
    const again = await service.prepare(undefined, signal, 'int8');
    const fp32 = await service.prepare(undefined, signal, 'fp32');
    expect([int8.precision, again.precision, fp32.precision]).toEqual(['int8', 'int8', 'fp32']);
    expect(again.basis).toBe(int8.basis);
    expect(fp32.basis).toBe(detector.basis);
    expect(int8.basis).not.toBe(fp32.basis);
    await fp32.detect(join(models.root, 'grey.jpg'));
    expect(detect.mock.lastCall?.[2]).toMatchObject({ precision: 'fp32' });
    await expect(int8.detect(join(models.root, 'grey.jpg'))).rejects.toMatchObject({ code: 'MODEL_CHANGED' });
    open.mockRestore();
    detect.mockRestore();
  });
});
