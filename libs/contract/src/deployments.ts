import { z } from 'zod';
import { toWholeNumber } from './fields';

const name = z.enum(['preprocess', 'infer', 'postprocess']).meta({ example: 'infer' });
const deploymentName = z.string().meta({ example: 'hs-infer-deploy' });

const pod = z
  .object({
    name: z.string(),
    node: z.string().nullable().describe('null until it is scheduled'),
    phase: z.string().meta({ example: 'Running', description: 'Terminating while it is stopping' }),
    reason: z.string().nullable().meta({
      example: 'ImagePullBackOff',
      description: 'why it is not running, if known',
    }),
    ready: z.boolean(),
    restarts: z.int(),
    age: z.int().describe('seconds'),
  })
  .meta({ id: 'Pod' });

const range = z
  .object({ min: z.int(), max: z.int() })
  .meta({ id: 'ReplicaRange', description: 'Allowed number of replicas.' });

const replicas = z
  .object({
    wanted: z.int().describe('desired number'),
    ready: z.int(),
    updated: z.int().describe('running the latest version'),
  })
  .meta({ id: 'ReplicaCounts' });

const deployment = z
  .object({
    name,
    deployment: deploymentName,
    replicas,
    range: range.nullable().describe('null if KEDA scales it'),
    pods: z.array(pod),
  })
  .meta({ id: 'Deployment' });

/** The replicas and pods of every service on Kubernetes. */
export const deploymentsSchema = z
  .object({
    namespace: z.string().meta({ example: 'boxreel' }),
    deployments: z.array(deployment).describe('deployed services'),
  })
  .meta({ id: 'Deployments' });

const EXPECTED_JSON = 'expected JSON such as {"replicas": 3}';

const shown = (input: unknown) => (input === undefined ? 'missing' : JSON.stringify(input).slice(0, 64));

const notANumber = {
  error: ({ input }: { readonly input?: unknown }) => `replicas is ${shown(input)}: ${EXPECTED_JSON}`,
};

const notInForm = {
  error: ({ input }: { readonly input?: unknown }) => `replicas is ${shown(input)}: expected a whole number`,
};

/** A request to change the number of replicas. The range depends on the service: the scaler checks it. */
export const scaleSchema = z
  .object(
    { replicas: z.number(notANumber).meta({ type: 'integer', minimum: 0, example: 3 }) },
    `replicas is missing: ${EXPECTED_JSON}`,
  )
  .meta({ id: 'Scale' });

/** The same request, submitted from the form on the cluster page. */
export const scaleFormSchema = z.object({
  replicas: z.preprocess(
    (value) => toWholeNumber(typeof value === 'string' ? value.trim() : undefined),
    z.number(notInForm),
  ),
});

/** The result of changing the number of replicas. */
export const scaledSchema = z
  .object({
    name,
    deployment: deploymentName,
    before: z.int().describe('desired replicas before'),
    after: z.int().describe('desired replicas now'),
  })
  .meta({ id: 'Scaled' });

export type DeploymentResource = z.infer<typeof deployment>;
export type DeploymentsResource = z.infer<typeof deploymentsSchema>;
export type PodResource = z.infer<typeof pod>;
export type ScaleRequest = z.infer<typeof scaleSchema>;
export type ScaleResource = z.infer<typeof scaledSchema>;
