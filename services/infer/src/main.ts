import { accessTo, protect } from '#access';
import { readInferConfig } from '#config';
import { boot, documentApi, leaveImageBodies, limitIdleTime } from '#platform';
import { InferModule } from './infer.module';

void boot({
  name: 'infer',
  readConfig: readInferConfig,
  module: InferModule,
  configure: (app, config) => {
    protect(app, config);
    leaveImageBodies(app);
    documentApi(app, {
      title: 'Boxreel: infer',
      description: 'Images in, detections out.',
      tags: { images: 'Detection on images', health: 'Health checks' },
      isPublic: (path) => accessTo(path) === 'public',
    });
    limitIdleTime(app);
  },
});
