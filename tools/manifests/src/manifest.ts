import type { Kinds } from './kinds';

/** A Kubernetes object as it stands in a manifest. Nothing is known of its fields until it was validated. */
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

/** What is wrong, and where: the object, the path of the field in it, and a sentence. */
export interface Finding {
  /** Such as `Deployment/hs-pre-deploy`. */
  readonly object: string;
  /** Such as `spec.template.spec.containers[0].image`. */
  readonly field: string;
  readonly problem: string;
}

/** Looks at the objects of one deployment, which belong together. */
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

/** The objects of some kinds, which were validated before. */
export function ofKind<Kind extends keyof Kinds>(
  objects: readonly Manifest[],
  ...kinds: Kind[]
): (Manifest & Kinds[Kind])[] {
  return objects.filter(({ kind }) => (kinds as string[]).includes(kind)) as (Manifest & Kinds[Kind])[];
}

/** The object of this kind and name. */
export function find<Kind extends keyof Kinds>(
  objects: readonly Manifest[],
  kind: Kind,
  name: string | undefined,
): (Manifest & Kinds[Kind]) | undefined {
  return ofKind(objects, kind).find(({ metadata }) => metadata.name === name);
}

/** Whether there is an object of this kind and name. */
export function isThere(objects: readonly Manifest[], kind: string, name: string): boolean {
  return objects.some((object) => object.kind === kind && object.metadata.name === name);
}

/** Whether labels hold all of those that are asked for. */
export function matches(wanted: Labels | undefined, labels: Labels | undefined): boolean {
  return Object.entries(wanted ?? {}).every(([key, value]) => labels?.[key] === value);
}

/** A label selector. Of its expressions only `In` is in use. */
export interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

/** Whether a selector means what has these labels. @throws on an operator other than `In` */
export function selects(
  { matchLabels, matchExpressions = [] }: Selector,
  labels: Labels | undefined,
): boolean {
  return (
    matches(matchLabels, labels) &&
    matchExpressions.every(({ key, operator, values }) => {
      if (operator !== 'In') throw new Error(`the operator ${operator} is not known here`);
      return values?.includes(labels?.[key] ?? '') ?? false;
    })
  );
}
