import { type Check, type Finding, type Manifest, finding, ofKind, selects } from '../manifest';
import type { Peer, PolicyRule, Workload } from '../kinds';
import { portOf, workloads } from './pods';

/** One end of a connection: pods by their label `app`, anything in another namespace, or anything elsewhere. */
type End = { readonly app: string } | { readonly namespace: string } | 'elsewhere';

interface Flow {
  readonly from: End;
  readonly to: End;
  readonly port: number;
  readonly protocol?: 'UDP';
}

const PRE = { app: 'hs-pre' };
const INFER = { app: 'hs-infer' };
const POST = { app: 'hs-post' };
const MONGO = { app: 'hs-mongo' };
const SERVICES = [PRE, INFER, POST];

/** The connections that the product needs. */
const NEEDED: readonly Flow[] = [
  { from: 'elsewhere', to: PRE, port: 5000 }, // pages and API
  { from: PRE, to: INFER, port: 5001 }, // images
  { from: INFER, to: PRE, port: 5000 }, // timeline
  { from: POST, to: PRE, port: 5000 },
  { from: PRE, to: 'elsewhere', port: 443 }, // API server
  { from: PRE, to: 'elsewhere', port: 6443 },
  { from: PRE, to: 'elsewhere', port: 8443 }, // the API server of minikube
  { from: INFER, to: 'elsewhere', port: 443 }, // models
  ...SERVICES.flatMap((from): Flow[] => [
    { from, to: 'elsewhere', port: 53, protocol: 'UDP' },
    { from, to: MONGO, port: 27017 },
    { from, to: 'elsewhere', port: 27017 },
  ]),
];
const NEEDED_BY_KEDA: readonly Flow[] = [{ from: { namespace: 'keda' }, to: MONGO, port: 27017 }];
const NEEDED_BY_PROMETHEUS: readonly Flow[] = [
  { from: { namespace: 'monitoring' }, to: PRE, port: 5000 },
  { from: { namespace: 'monitoring' }, to: INFER, port: 5001 },
  { from: { namespace: 'monitoring' }, to: POST, port: 5002 },
];

/** Connections that only an intruder would make. */
const REFUSED: readonly Flow[] = [
  { from: 'elsewhere', to: INFER, port: 5001 },
  { from: 'elsewhere', to: POST, port: 5002 },
  { from: 'elsewhere', to: MONGO, port: 27017 },
  { from: POST, to: INFER, port: 5001 },
  { from: PRE, to: POST, port: 5002 },
  { from: POST, to: 'elsewhere', port: 443 },
  { from: MONGO, to: 'elsewhere', port: 443 },
];

/** The network policies allow what the product needs, and refuse the rest. */
export const checkFlows: Check = (objects) => {
  const needed = [
    ...NEEDED,
    ...(ofKind(objects, 'ScaledObject').length > 0 ? NEEDED_BY_KEDA : []),
    ...(ofKind(objects, 'PodMonitor').length > 0 ? NEEDED_BY_PROMETHEUS : []),
  ];
  const isThere = (end: End) =>
    typeof end === 'string' || 'namespace' in end || podsOf(objects, end) !== undefined;
  const judge = (flow: Flow, wanted: boolean): Finding[] =>
    isThere(flow.from) && isThere(flow.to) ? judged(objects, flow, wanted) : [];
  return [...needed.flatMap((flow) => judge(flow, true)), ...REFUSED.flatMap((flow) => judge(flow, false))];
};

function judged(objects: readonly Manifest[], flow: Flow, wanted: boolean): Finding[] {
  const sides = [
    { pod: podsOf(objects, flow.from), direction: 'egress', peer: flow.to },
    { pod: podsOf(objects, flow.to), direction: 'ingress', peer: flow.from },
  ] as const;
  const closed = sides.filter(
    ({ pod, direction, peer }) => pod && !allows(objects, pod, { direction, peer, flow }),
  );
  const what = `${describeEnd(flow.from)} to ${describeEnd(flow.to)}, port ${flow.port}`;
  if (wanted) {
    return closed.flatMap(({ pod, direction }) =>
      pod ? [finding(pod, direction, `the network policies refuse ${what}`)] : [],
    );
  }
  const [open] = closed.length === 0 ? sides.filter(({ pod }) => pod) : [];
  return open?.pod ? [finding(open.pod, open.direction, `the network policies allow ${what}`)] : [];
}

type Pods = Manifest & Workload;

/** Whether the policies for these pods allow a connection in one direction. Without a policy, all are allowed. */
function allows(
  objects: readonly Manifest[],
  pods: Pods,
  { direction, peer, flow }: { direction: 'ingress' | 'egress'; peer: End; flow: Flow },
): boolean {
  const policies = ofKind(objects, 'NetworkPolicy').filter(
    ({ spec }) =>
      spec.policyTypes.some((type) => type.toLowerCase() === direction) &&
      selects(spec.podSelector, labelsOf(pods)),
  );
  const target = podsOf(objects, flow.to);
  return (
    policies.length === 0 ||
    policies.some(({ spec }) =>
      (spec[direction] ?? []).some(
        ({ from, to, ports }) => meets(objects, from ?? to, peer) && opens(ports, flow, target),
      ),
    )
  );
}

function meets(objects: readonly Manifest[], peers: readonly Peer[] | undefined, end: End): boolean {
  if (!peers) return true;
  if (typeof end === 'string') return false;
  return peers.some(({ podSelector, namespaceSelector }) => {
    if ('namespace' in end) {
      return (
        namespaceSelector && selects(namespaceSelector, { 'kubernetes.io/metadata.name': end.namespace })
      );
    }
    const pods = podsOf(objects, end);
    return podSelector && !namespaceSelector && pods && selects(podSelector, labelsOf(pods));
  });
}

function opens(ports: PolicyRule['ports'], flow: Flow, target: Pods | undefined): boolean {
  if (!ports) return true;
  return ports.some(({ port, protocol = 'TCP' }) => {
    const number = typeof port === 'string' ? target && portOf(target, port) : port;
    return (
      protocol === (flow.protocol ?? 'TCP') &&
      (number === undefined ? port === undefined : number === flow.port)
    );
  });
}

function podsOf(objects: readonly Manifest[], end: End): Pods | undefined {
  if (typeof end === 'string' || 'namespace' in end) return undefined;
  return workloads(objects).find((workload) => labelsOf(workload)['app'] === end.app);
}

function labelsOf({ spec }: Workload): Record<string, string> {
  return spec.template.metadata?.labels ?? {};
}

function describeEnd(end: End): string {
  if (typeof end === 'string') return end;
  return 'app' in end ? end.app : `namespace ${end.namespace}`;
}
