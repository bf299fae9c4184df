import type { V1PodDisruptionBudget, V1Service } from '@kubernetes/client-node';
import { type Check, type Finding, type Manifest, finding, ofKind, selects } from '../manifest';
import type { NetworkPolicy } from '../kinds';
import { portOf, workloads, workloadsWith } from './pods';

/** Default range of node ports. */
const NODE_PORTS = { min: 30_000, max: 32_767 };

/** Services, disruption budgets and policies select existing pods. */
export const checkNetwork: Check = (objects) => [
  ...ofKind(objects, 'Service').flatMap((service) => checkService(objects, service)),
  ...ofKind(objects, 'PodDisruptionBudget').flatMap((budget) => checkBudget(objects, budget)),
  ...ofKind(objects, 'NetworkPolicy').flatMap((policy) => checkPolicy(objects, policy)),
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
        finding(service, `${path}.nodePort`, `${nodePort} is outside ${NODE_PORTS.min}-${NODE_PORTS.max}`),
      );
    }
    if (nodePort !== undefined && service.spec?.type !== 'NodePort') {
      findings.push(finding(service, 'spec.type', 'must be NodePort, because nodePort is set'));
    }
    return findings;
  });
}

function checkBudget(objects: readonly Manifest[], budget: Manifest & V1PodDisruptionBudget): Finding[] {
  const { minAvailable, maxUnavailable, selector } = budget.spec ?? {};
  const findings: Finding[] = [];
  if ((minAvailable === undefined) === (maxUnavailable === undefined)) {
    findings.push(finding(budget, 'spec', 'needs exactly one of minAvailable and maxUnavailable'));
  }
  if (workloadsWith(objects, selector?.matchLabels).length === 0) {
    findings.push(finding(budget, 'spec.selector', 'no pods have these labels'));
  }
  return findings;
}

/** A policy without pods has no effect. */
function checkPolicy(objects: readonly Manifest[], policy: Manifest & NetworkPolicy): Finding[] {
  const selector = policy.spec.podSelector;
  return workloads(objects).some(({ spec }) => selects(selector, spec.template.metadata?.labels))
    ? []
    : [finding(policy, 'spec.podSelector', 'no pods have these labels')];
}

/** The pods of a StatefulSet get their names from a headless Service. */
function serviceNames(objects: readonly Manifest[]): Finding[] {
  const headless = ofKind(objects, 'Service')
    .filter(({ spec }) => spec?.clusterIP === 'None')
    .map(({ metadata }) => metadata.name);
  return workloads(objects)
    .filter(({ spec }) => spec.serviceName !== undefined && !headless.includes(spec.serviceName))
    .map((set) => finding(set, 'spec.serviceName', `no headless Service ${set.spec.serviceName ?? ''}`));
}
