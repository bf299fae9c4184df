import { protect } from '#access';
import { readInferConfig } from '#config';
import { documentApi, limitIdleTime } from '#http';
import { boot } from '#service';
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
