import { protect } from '#access';
import { readPostprocessConfig } from '#config';
import { boot } from '#platform';
import { PostprocessModule } from './postprocess.module';

void boot({
  name: 'postprocess',
  readConfig: readPostprocessConfig,
  module: PostprocessModule,
  configure: protect,
});
