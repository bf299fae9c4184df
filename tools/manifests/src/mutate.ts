import { type Manifest, nameOf } from './manifest';

/** A defect to introduce into a manifest. */
export interface Mutation {
  readonly defect: string;
  /** The object, such as `Deployment/hs-pre-deploy`. */
  readonly in: string;
  /** The field, such as `spec.ports[0].port`; a list if a name has dots; undefined removes the whole object. */
  readonly at?: string | readonly string[];
  /** The new value, or a function of the old one; undefined removes the field. */
  readonly put?: unknown;
  /** The expected finding: the field, and the object if it is a different one. */
  readonly found: string | { readonly in: string; readonly at: string };
}

/**
 * A copy of the objects with the defect.
 * @throws if the object or field does not exist, so that every mutation changes something
 */
export function mutate(objects: readonly Manifest[], mutation: Mutation): Manifest[] {
  const copy = structuredClone(objects) as Manifest[];
  const index = copy.findIndex((object) => nameOf(object) === mutation.in);
  const object = copy[index];
  if (!object) throw new Error(`no object ${mutation.in}`);
  if (mutation.at === undefined) return copy.toSpliced(index, 1);
  const keys = typeof mutation.at === 'string' ? mutation.at.split(/[.[\]]+/).filter(Boolean) : mutation.at;
  change(object, keys, mutation);
  return copy;
}

function change(object: unknown, [key = '', ...rest]: readonly string[], mutation: Mutation): void {
  if (typeof object !== 'object' || object === null)
    throw new Error(`${mutation.in} has no ${String(mutation.at)}`);
  const fields = object as Record<string, unknown>;
  if (rest.length > 0) {
    change(fields[key], rest, mutation);
  } else if (!('put' in mutation)) {
    if (!(key in fields)) throw new Error(`${mutation.in} has no ${String(mutation.at)}`);
    if (Array.isArray(object)) object.splice(Number(key), 1);
    else Reflect.deleteProperty(object, key);
  } else {
    fields[key] = typeof mutation.put === 'function' ? (mutation.put as Change)(fields[key]) : mutation.put;
  }
}

type Change = (old: unknown) => unknown;
