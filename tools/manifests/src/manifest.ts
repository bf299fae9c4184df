import type { Kinds } from './kinds';

/** A Kubernetes object in a manifest. Its fields are unknown until it is validated. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Labels;
    readonly annotations?: Labels;
  };
}

export type Labels = Readonly<Record<string, string>>;

/** A problem: the object, the path of the field, and a description. */
export interface Finding {
  /** Such as `Deployment/hs-pre-deploy`. */
  readonly object: string;
  /** Such as `spec.template.spec.containers[0].image`. */
  readonly field: string;
  readonly problem: string;
}

/** Checks the objects of one deployment. */
export type Check = (objects: readonly Manifest[]) => Finding[];

export function nameOf(object: Manifest): string {
  return `${object.kind}/${object.metadata.name}`;
}

export function describeFinding({ object, field, problem }: Finding): string {
  return `${object}: ${field}: ${problem}`;
}

export function finding(object: Manifest, field: string, problem: string): Finding {
  return { object: nameOf(object), field, problem };
}

/** The objects of a kind, already validated. */
export function ofKind<Kind extends keyof Kinds>(
  objects: readonly Manifest[],
  ...kinds: Kind[]
): (Manifest & Kinds[Kind])[] {
  return objects.filter(({ kind }) => (kinds as string[]).includes(kind)) as (Manifest & Kinds[Kind])[];
}

/** The object with this kind and name. */
export function find<Kind extends keyof Kinds>(
  objects: readonly Manifest[],
  kind: Kind,
  name: string | undefined,
): (Manifest & Kinds[Kind]) | undefined {
  return ofKind(objects, kind).find(({ metadata }) => metadata.name === name);
}

/** Whether an object with this kind and name exists. */
export function isThere(objects: readonly Manifest[], kind: string, name: string): boolean {
  return objects.some((object) => object.kind === kind && object.metadata.name === name);
}

/** Whether `labels` contain all wanted ones. */
export function matches(wanted: Labels | undefined, labels: Labels | undefined): boolean {
  return Object.entries(wanted ?? {}).every(([key, value]) => labels?.[key] === value);
}

/** A label selector. Of its expressions only `In` is used. */
export interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** Whether a selector matches labels. @throws for an operator other than `In` */
export function selects(
  { matchLabels, matchExpressions = [] }: Selector,
  labels: Labels | undefined,
): boolean {
  return (
    matches(matchLabels, labels) &&
    matchExpressions.every(({ key, operator, values }) => {
      if (operator !== 'In') throw new Error(`unsupported operator ${operator}`);
      return values?.includes(labels?.[key] ?? '') ?? false;
    })
  );
}
