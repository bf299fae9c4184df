import * as keda from '@kubernetes-models/keda/keda.sh/v1alpha1';
import * as apps from 'kubernetes-models/apps/v1';
import * as networking from 'kubernetes-models/networking.k8s.io/v1';
import * as policy from 'kubernetes-models/policy/v1';
import * as rbac from 'kubernetes-models/rbac.authorization.k8s.io/v1';
import * as core from 'kubernetes-models/v1';
import { type Finding, type Manifest, finding } from './manifest';
import { unreadFields } from './unread-fields';

/** Kinds by API version. A version that is missing was removed from Kubernetes, or never existed. */
type Kinds = Readonly<Record<string, object>>;

const BUILT_IN: Kinds = {
  v1: core,
  'apps/v1': apps,
  'networking.k8s.io/v1': networking,
  'policy/v1': policy,
  'rbac.authorization.k8s.io/v1': rbac,
};

const MONITORING = 'monitoring.coreos.com/v1';
const CUSTOM = ['keda.sh/v1alpha1', MONITORING];

interface Model {
  readonly prototype: { validate(this: Manifest): void };
}

/** Whether the kind has the schema of a CustomResourceDefinition. */
export function isCustom({ apiVersion }: Manifest): boolean {
  return CUSTOM.includes(apiVersion);
}

/**
 * A function that finds violations of the OpenAPI schema of an object's kind: wrong types, missing fields, malformed
 * quantities, unknown values. Unknown fields are found only in custom resources.
 */
export async function loadSchemas(): Promise<(object: Manifest) => Finding[]> {
  // The package is an ES module: it can be imported, but not required.
  const monitoring = await import('@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1');
  const versions: Kinds = { ...BUILT_IN, 'keda.sh/v1alpha1': keda, [MONITORING]: monitoring };
  return (object) => schemaFindings(object, versions);
}

function schemaFindings(object: Manifest, versions: Kinds): Finding[] {
  const kinds = versions[object.apiVersion];
  if (!kinds) return [finding(object, 'apiVersion', `unknown API version ${object.apiVersion}`)];
  const model = (kinds as Readonly<Record<string, Model | undefined>>)[object.kind];
  if (!model) return [finding(object, 'kind', `${object.apiVersion} has no kind ${object.kind}`)];
  const { read, unread } = unreadFields(object);
  try {
    model.prototype.validate.call(read);
  } catch (error) {
    return violations(error).map(({ instancePath, message, params }) =>
      finding(object, dotted(instancePath), `${message}${allowed(params)}`),
    );
  }
  return isCustom(object) ? unread().map((field) => finding(object, field, 'unknown field')) : [];
}

interface Violation {
  readonly instancePath: string;
  readonly message: string;
  readonly params: { readonly allowedValues?: readonly string[] };
}

function violations(error: unknown): readonly Violation[] {
  if (error instanceof Error && 'errors' in error) return error.errors as Violation[];
  throw error;
}

function allowed({ allowedValues }: Violation['params']): string {
  return allowedValues ? `: ${allowedValues.join(', ')}` : '';
}

/** Converts `/spec/ports/0/name` to `spec.ports[0].name`. */
function dotted(pointer: string): string {
  return pointer
    .replace(/\/(\d+)/g, '[$1]')
    .replaceAll('/', '.')
    .replace(/^\./, '');
}
