import { type Manifest, nameOf } from './manifest';

/** A mistake that somebody could make in a manifest. */
export interface Mutation {
  readonly mistake: string;
  /** The object, such as `Deployment/hs-pre-deploy`. */
  readonly in: string;
  /** The field, such as `spec.ports[0].port`; a list where a name has dots; without it the whole object is left out. */
  readonly at?: string | readonly string[];
  /** Its new value, or what makes one of the old; without it the field is left out. */
  readonly put?: unknown;
  /** The finding that is expected: the field, and the object if it is another one. */
  readonly found: string | { readonly in: string; readonly at: string };
}

/**
 * A copy of the objects with the mistake in it.
 * @throws if there is no such object or field, so that a mutation cannot become one that changes nothing
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
