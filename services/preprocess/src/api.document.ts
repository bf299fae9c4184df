import { accessTo } from '#access';
import type { ApiFacts } from '#platform';

/** What the OpenAPI document says about this service. */
export const API: ApiFacts = {
  title: 'Boxreel',
  description: 'Object detection for uploaded videos and images, with annotated results.',
  tags: {
    jobs: 'Videos and their results',
    uploads: 'Resumable uploads with the tus protocol',
    images: 'Detection on images, without a job',
    models: 'Detection models',
    cluster: 'Replicas on Kubernetes',
    health: 'Health checks',
  },
  isPublic: (path) => accessTo(path) === 'public',
};
