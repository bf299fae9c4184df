/** A Kubernetes object as it stands in a manifest. Nothing is known of its fields until it was validated. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Labels };
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

/** The objects of some kinds. The caller says what they look like; validation has shown it before. */
export function ofKind<Kind extends object>(
  objects: readonly Manifest[],
  ...kinds: string[]
): (Manifest & Kind)[] {
  return objects.filter(({ kind }) => kinds.includes(kind)) as (Manifest & Kind)[];
}

/** The object of this kind and name. */
export function find<Kind extends object>(
  objects: readonly Manifest[],
  kind: string,
  name: string | undefined,
): (Manifest & Kind) | undefined {
  return ofKind<Kind>(objects, kind).find(({ metadata }) => metadata.name === name);
}

/** Whether labels hold all of those that are asked for. */
export function matches(wanted: Labels | undefined, labels: Labels | undefined): boolean {
  return Object.entries(wanted ?? {}).every(([key, value]) => labels?.[key] === value);
}
