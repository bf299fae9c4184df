/** Replicas on Kubernetes from the command line: show them, change them. */
import { parseArgs } from 'node:util';
import { ConfigError, readSettings } from '#config';
import { KubeScaler, ScalingError, type ClusterState, type Replicas } from '#scaling';
import { UsageError } from './model/usage-error';

const usage = `Usage: npm run scale                        show the replicas of each service
       npm run scale -- NAME REPLICAS      change them

NAME is preprocess, infer or postprocess, or the name of its Deployment.
REPLICAS is the new number, such as 3; +1 or -1 adds or removes one.

  --namespace NAME       default: KUBE_NAMESPACE, or that of the kubeconfig's context, or boxreel
  --kubeconfig FILE      default: KUBECONFIG, or ~/.kube/config
  --help                 print this text`;

const CHANGE = /^[+-]\d{1,9}$/;

async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    // parseArgs would read a negative number as an option.
    args: args.map((arg) => (CHANGE.test(arg) ? `by${arg}` : arg)),
    allowPositionals: true,
    options: {
      namespace: { type: 'string' },
      kubeconfig: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const [name, replicas, ...rest] = positionals;
  if (rest.length > 0 || (name !== undefined && replicas === undefined)) throw new UsageError(usage);
  const settings = readSettings(['SCALER', 'SCALE_MAX_REPLICAS', 'KUBE_NAMESPACE']);
  const scaler = new KubeScaler({
    scaler: settings.SCALER,
    maxReplicas: settings.SCALE_MAX_REPLICAS,
    namespace: values.namespace ?? settings.KUBE_NAMESPACE,
    kubeconfig: values.kubeconfig,
  });
  if (name === undefined || replicas === undefined) {
    show(await scaler.deployments());
    return;
  }
  const { before, after, ...changed } = await scaler.scale(name, parseReplicas(replicas));
  console.log(
    before === after ? `${changed.name} is already at ${after}` : `${changed.name}: ${before} -> ${after}`,
  );
}

/** @param text a number, or `by+1` for one more */
function parseReplicas(text: string): Replicas {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const by = text.replace(/^by/, '');
  if (!CHANGE.test(by))
    throw new UsageError(`REPLICAS is "${text}": expected a whole number such as 3, +1 or -1.`);
  return (before) => before + Number(by);
}

function show({ namespace, deployments }: ClusterState): void {
  console.log(`Namespace ${namespace}\n`);
  print([
    ['SERVICE', 'DEPLOYMENT', 'READY', 'WANTED', 'NEWEST'],
    ...deployments.map(({ name, deployment, ready, wanted, updated }) => [
      name,
      deployment,
      String(ready),
      String(wanted),
      String(updated),
    ]),
  ]);
  const pods = deployments.flatMap((deployment) => deployment.pods);
  if (pods.length === 0) return;
  console.log('');
  print([
    ['POD', 'NODE', 'PHASE', 'READY', 'RESTARTS', 'SINCE'],
    ...pods.map(({ name, node = '', phase, reason, ready, restarts, createdAt }) => [
      name,
      node,
      reason === undefined ? phase : `${phase} (${reason})`,
      ready ? 'yes' : 'no',
      String(restarts),
      createdAt.toISOString(),
    ]),
  ]);
}

function print(rows: readonly (readonly string[])[]): void {
  const width = (column: number) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0));
  for (const cells of rows) {
    console.log(
      cells
        .map((cell, column) => cell.padEnd(width(column)))
        .join('  ')
        .trimEnd(),
    );
  }
}

/** Known errors explain themselves to the user; any other is a bug and shows its stack. */
function reportError(error: unknown): void {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const misused = error instanceof UsageError || code.startsWith('ERR_PARSE_ARGS');
  const known = misused || error instanceof ScalingError || error instanceof ConfigError;
  console.error(known ? (error as Error).message : error);
  process.exitCode = 1;
}

main(process.argv.slice(2)).catch(reportError);
