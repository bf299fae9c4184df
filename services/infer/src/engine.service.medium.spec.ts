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

  it('refuses a job whose class the model does not know any more, instead of finding nothing', async () => {
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

  it('lets no job mix what two states of a model find: the attempt is given up, and the next one begins anew', async () => {
    await models.add('edited');
    const picture = join(models.root, 'grey.jpg');
    const grey = compressSync(Buffer.alloc(3 * 64 * 48, 128), { format: FORMAT_RGB, width: 64, height: 48 });
    await writeFile(picture, grey);
    const { signal } = new AbortController();
    const look = await service.prepare(undefined, signal);
    await look.at(picture);
    await models.add('edited', { defaults: { score: 0.9 } });
    await look.at(picture); // nobody has asked for the edited one yet
    const next = await service.prepare(undefined, signal);
    await expect(look.at(picture)).rejects.toMatchObject({ code: 'MODEL_CHANGED', fault: 'system' });
    expect(next.basis).not.toBe(look.basis);
    await next.at(picture);
  });

  it('does not blame the input for a frame that cannot be decoded, since the service made it', async () => {
    const damaged = join(models.root, 'damaged.jpg');
    await writeFile(damaged, 'not a JPEG');
    const look = await service.prepare(undefined, new AbortController().signal);
    await expect(look.at(damaged)).rejects.toMatchObject({ code: 'BAD_IMAGE', fault: 'system' });
  });
});
