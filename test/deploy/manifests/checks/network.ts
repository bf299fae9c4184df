import type { V1NetworkPolicy, V1PodDisruptionBudget, V1Service } from '@kubernetes/client-node';
import { type Check, type Finding, type Manifest, finding, ofKind } from '../manifest';
import { portOf, workloads, workloadsWith } from './pods';

/** The range of node ports, unless the API server was told another one. */
const NODE_PORTS = { min: 30_000, max: 32_767 };

/** Services reach pods, disruption budgets and policies mean some. */
export const checkNetwork: Check = (objects) => [
  ...ofKind<V1Service>(objects, 'Service').flatMap((service) => checkService(objects, service)),
  ...ofKind<V1PodDisruptionBudget>(objects, 'PodDisruptionBudget').flatMap((budget) =>
    checkBudget(objects, budget),
  ),
  ...ofKind<V1NetworkPolicy>(objects, 'NetworkPolicy').flatMap((policy) => checkPolicy(objects, policy)),
  ...serviceNames(objects),
];

function checkService(objects: readonly Manifest[], service: Manifest & V1Service): Finding[] {
  const targets = workloadsWith(objects, service.spec?.selector);
  if (targets.length === 0) return [finding(service, 'spec.selector', 'no pods have these labels')];
  return (service.spec?.ports ?? []).flatMap(({ port, targetPort = port, nodePort }, index) => {
    const path = `spec.ports[${index}]`;
    const findings = targets
      .filter((target) => portOf(target, targetPort) === undefined)
      .map((target) =>
        finding(service, `${path}.targetPort`, `${target.metadata.name} has no port ${targetPort}`),
      );
    if (nodePort !== undefined && (nodePort < NODE_PORTS.min || nodePort > NODE_PORTS.max)) {
      findings.push(
        finding(service, `${path}.nodePort`, `${nodePort} is not within ${NODE_PORTS.min}-${NODE_PORTS.max}`),
      );
    }
    if (nodePort !== undefined && service.spec?.type !== 'NodePort') {
      findings.push(finding(service, 'spec.type', 'has to be NodePort, since there is a nodePort'));
    }
    return findings;
  });
}

function checkBudget(objects: readonly Manifest[], budget: Manifest & V1PodDisruptionBudget): Finding[] {
  const { minAvailable, maxUnavailable, selector } = budget.spec ?? {};
  const findings: Finding[] = [];
  if ((minAvailable === undefined) === (maxUnavailable === undefined)) {
    findings.push(finding(budget, 'spec', 'needs one of minAvailable and maxUnavailable, not both'));
  }
  if (workloadsWith(objects, selector?.matchLabels).length === 0) {
    findings.push(finding(budget, 'spec.selector', 'no pods have these labels'));
  }
  return findings;
}

/** A policy for no pods protects nobody; a port that no pod has lets nobody in. */
function checkPolicy(objects: readonly Manifest[], policy: Manifest & V1NetworkPolicy): Finding[] {
  const { podSelector, ingress = [] } = policy.spec ?? {};
  const { matchLabels, matchExpressions = [] } = podSelector ?? {};
  const apps = matchExpressions.flatMap(({ values = [] }) => values);
  const selections = apps.length > 0 ? apps.map((app) => ({ app })) : [matchLabels];
  const pods = selections.map((labels) => workloadsWith(objects, labels));
  const findings = pods.some((chosen) => chosen.length === 0)
    ? [finding(policy, 'spec.podSelector', 'no pods have these labels')]
    : [];
  const ports = ingress.flatMap((rule) => (rule.ports ?? []).map(({ port }) => port));
  for (const port of ports) {
    if (port !== undefined && pods.flat().some((pod) => portOf(pod, port) === undefined)) {
      findings.push(finding(policy, 'spec.ingress', `its pods have no port ${port}`));
    }
  }
  return findings;
}

/** A StatefulSet's pods get their names from a headless Service. */
function serviceNames(objects: readonly Manifest[]): Finding[] {
  const headless = ofKind<V1Service>(objects, 'Service')
    .filter(({ spec }) => spec?.clusterIP === 'None')
    .map(({ metadata }) => metadata.name);
  return workloads(objects)
    .filter(({ spec }) => spec.serviceName !== undefined && !headless.includes(spec.serviceName))
    .map((set) => finding(set, 'spec.serviceName', `no headless Service ${set.spec.serviceName ?? ''}`));
}
