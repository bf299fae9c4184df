import { protect } from '#access';
import { readInferConfig } from '#config';
import { boot, documentApi, limitIdleTime } from '#platform';
import { InferModule } from './infer.module';

void boot({
  name: 'infer',
  readConfig: readInferConfig,
  module: InferModule,
  configure: (app, config) => {
    protect(app, config);
    documentApi(app, 'Boxreel: infer', 'Images in, detections out.');
    limitIdleTime(app);
  },
});
