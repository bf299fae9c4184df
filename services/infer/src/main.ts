import { readInferConfig } from '#config';
import { boot } from '#service';
import { InferModule } from './infer.module';

void boot({ name: 'infer', readConfig: readInferConfig, module: (config) => InferModule.register(config) });
