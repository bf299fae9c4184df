import { z } from 'zod';
import { integer } from './values';
import { networks, webhookSecrets } from './webhook-values';

/** Events, webhooks and Kubernetes. */
export const integration = {
  EVENT_STREAMS_MAX: integer(1, 100_000).default(1_000).describe('maximum open event streams per replica'),
  WEBHOOK_SECRET: webhookSecrets.describe(
    'secret that signs callbacks, see [webhooks.md](webhooks.md); empty: callbacks are disabled',
  ),
  WEBHOOK_ALLOW_PRIVATE: networks.describe(
    'private networks that callbacks may reach, such as `10.1.0.0/16`, or `all`',
  ),
  WEBHOOK_ATTEMPTS: integer(1, 100).default(14).describe('delivery attempts per callback'),
  WEBHOOK_RETRY_MS: integer(0, 3_600_000)
    .default(10_000)
    .describe(
      'delay before the second delivery attempt; doubles each time, with jitter: 14 attempts take a day',
    ),
  SCALER: z
    .enum(['manual', 'keda'])
    .default('manual')
    .describe('who may change replicas on Kubernetes: `manual` (page, API, command) or only `keda`'),
  SCALE_MAX_REPLICAS: integer(1, 10_000)
    .default(20)
    .describe('highest replica count that a deployment can be scaled to'),
  KUBE_NAMESPACE: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'expected lower case letters, digits and dashes')
    .optional()
    .describe('namespace of the deployments'),
};
