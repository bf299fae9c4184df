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
      inputFault: true,
      message: expect.stringContaining('"person"') as string,
    });
    await service.prepare({ ...options, classes: ['thing 0'] }, signal);
  });
});
