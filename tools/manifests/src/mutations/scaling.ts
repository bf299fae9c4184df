import type { Mutation } from '../mutate';
import { INFER } from './places';

export const SCALING: readonly Mutation[] = [
  {
    defect: 'a query of waiting jobs only',
    in: 'ScaledObject/hs-infer',
    at: 'spec.triggers[0].metadata.query',
    put: '{"STATUS":"PREPROCESSING_COMPLETE"}',
    found: 'spec.triggers[0].metadata.query',
  },
  {
    defect: 'several jobs per replica',
    in: 'ScaledObject/hs-post',
    at: 'spec.triggers[0].metadata.queryValue',
    put: '5',
    found: 'spec.triggers[0].metadata.queryValue',
  },
  {
    defect: 'no replica left to serve the pages',
    in: 'ScaledObject/hs-pre',
    at: 'spec.minReplicaCount',
    put: 0,
    found: 'spec.minReplicaCount',
  },
  {
    defect: 'a missing target',
    in: 'ScaledObject/hs-pre',
    at: 'spec.scaleTargetRef.name',
    put: 'hs-pre',
    found: 'spec.scaleTargetRef.name',
  },
  {
    defect: 'a minimum above the maximum',
    in: 'ScaledObject/hs-infer',
    at: 'spec.minReplicaCount',
    put: 20,
    found: 'spec.minReplicaCount',
  },
  {
    defect: 'replicas that apply resets',
    in: INFER,
    at: 'spec.replicas',
    put: 1,
    found: 'spec.replicas',
  },
  {
    defect: 'no credentials',
    in: 'TriggerAuthentication/hs-mongo',
    found: { in: 'ScaledObject/hs-infer', at: 'spec.triggers[0].authenticationRef.name' },
  },
];

export const MONITORING: readonly Mutation[] = [
  {
    defect: 'a service that is not scraped',
    in: 'PodMonitor/boxreel',
    at: 'spec.selector.matchExpressions[0].values',
    put: ['hs-pre', 'hs-infer'],
    found: 'spec.selector',
  },
  {
    defect: 'a scrape of a missing path',
    in: 'PodMonitor/boxreel',
    at: 'spec.podMetricsEndpoints[0].path',
    put: '/prometheus',
    found: 'spec.podMetricsEndpoints[0].path',
  },
  {
    defect: 'a scrape of a missing port',
    in: 'PodMonitor/boxreel',
    at: 'spec.podMetricsEndpoints[0].port',
    put: 'metrics',
    found: 'spec.podMetricsEndpoints[0].port',
  },
  {
    defect: 'a dashboard of an unknown metric',
    in: 'ConfigMap/hs-dashboard',
    at: ['data', 'boxreel.json'],
    put: (text: string) => text.replace('boxreel_stage_backlog{', 'boxreel_backlog{'),
    found: 'data["boxreel.json"].panels["Backlog of each stage"]',
  },
  {
    defect: 'a dashboard with processes of all namespaces',
    in: 'ConfigMap/hs-dashboard',
    at: ['data', 'boxreel.json'],
    put: (text: string) => text.replace('"includeAll": true', '"includeAll": true, "allValue": ".*"'),
    found: 'data["boxreel.json"].templating["namespace"]',
  },
];
