import { checkFlows } from './checks/flows';
import { checkKeda } from './checks/keda';
import { checkMonitoring } from './checks/monitoring';
import { checkNetwork } from './checks/network';
import { checkPodSecurity } from './checks/pod-security';
import { checkReferences } from './checks/references';
import { checkRights } from './checks/rights';
import { checkSettings } from './checks/settings';
import { checkWorkloads } from './checks/workloads';
import type { Finding, Manifest } from './manifest';
import { timeSeries } from './product';
import { validate } from './validate';

/**
 * All problems of the objects of a deployment. Only well-formed objects are compared with each other and with the code.
 * @param deployments lists of objects that belong together
 * @returns the findings of each list
 */
export async function check(deployments: readonly (readonly Manifest[])[]): Promise<Finding[][]> {
  const checks = [
    checkWorkloads,
    checkPodSecurity,
    checkSettings,
    checkNetwork,
    checkFlows,
    checkReferences,
    checkRights,
    checkKeda,
    checkMonitoring(await timeSeries()),
  ];
  return validate(deployments).map((malformed, index) =>
    malformed.length > 0 ? malformed : checks.flatMap((one) => one(deployments[index] ?? [])),
  );
}
