import { readPreprocessConfig } from '#config';
import { boot } from '#platform';
import { configureHttp } from './http';
import { PreprocessModule } from './preprocess.module';

void boot({
  name: 'preprocess',
  readConfig: readPreprocessConfig,
  module: PreprocessModule,
  configure: configureHttp,
});
