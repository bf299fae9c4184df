import type { Mutation } from '../mutate';
import { INFER } from './places';

export const SCALING: readonly Mutation[] = [
  {
    mistake: 'a query of waiting jobs only',
    in: 'ScaledObject/hs-infer',
    at: 'spec.triggers[0].metadata.query',
    put: '{"STATUS":"PREPROCESSING_COMPLETE"}',
    found: 'spec.triggers[0].metadata.query',
  },
  {
    mistake: 'several jobs per replica',
    in: 'ScaledObject/hs-post',
    at: 'spec.triggers[0].metadata.queryValue',
    put: '5',
    found: 'spec.triggers[0].metadata.queryValue',
  },
  {
    mistake: 'no replica left to serve the pages',
    in: 'ScaledObject/hs-pre',
    at: 'spec.minReplicaCount',
    put: 0,
    found: 'spec.minReplicaCount',
  },
  {
    mistake: 'a missing target',
    in: 'ScaledObject/hs-pre',
    at: 'spec.scaleTargetRef.name',
    put: 'hs-pre',
    found: 'spec.scaleTargetRef.name',
  },
  {
    mistake: 'a minimum above the maximum',
    in: 'ScaledObject/hs-infer',
    at: 'spec.minReplicaCount',
    put: 20,
    found: 'spec.minReplicaCount',
  },
  {
    mistake: 'replicas that apply resets',
    in: INFER,
    at: 'spec.replicas',
    put: 1,
    found: 'spec.replicas',
  },
  {
    mistake: 'no credentials',
    in: 'TriggerAuthentication/hs-mongo',
    found: { in: 'ScaledObject/hs-infer', at: 'spec.triggers[0].authenticationRef.name' },
  },
];

export const MONITORING: readonly Mutation[] = [
  {
    mistake: 'a service that is not scraped',
    in: 'PodMonitor/boxreel',
    at: 'spec.selector.matchExpressions[0].values',
    put: ['hs-pre', 'hs-infer'],
    found: 'spec.selector',
  },
  {
    mistake: 'a scrape of a missing path',
    in: 'PodMonitor/boxreel',
    at: 'spec.podMetricsEndpoints[0].path',
    put: '/prometheus',
    found: 'spec.podMetricsEndpoints[0].path',
  },
  {
    mistake: 'a scrape of a missing port',
    in: 'PodMonitor/boxreel',
    at: 'spec.podMetricsEndpoints[0].port',
    put: 'metrics',
    found: 'spec.podMetricsEndpoints[0].port',
  },
  {
    mistake: 'a dashboard of an unknown metric',
    in: 'ConfigMap/hs-dashboard',
    at: ['data', 'boxreel.json'],
    put: (text: string) => text.replace('boxreel_stage_backlog{', 'boxreel_backlog{'),
    found: 'data["boxreel.json"].panels["Backlog of each stage"]',
  },
  {
    mistake: 'a dashboard with processes of all namespaces',
    in: 'ConfigMap/hs-dashboard',
    at: ['data', 'boxreel.json'],
    put: (text: string) => text.replace('"includeAll": true', '"includeAll": true, "allValue": ".*"'),
    found: 'data["boxreel.json"].templating["namespace"]',
  },
];
