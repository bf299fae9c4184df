/**
 * Watches which fields of an object somebody reads. A validator reads every field that its schema knows, so what it
 * has not read is unknown to the schema.
 * @returns `read`: the object to hand out; `unread`: the paths of the fields that were not read by then
 */
export function unreadFields<Value extends object>(object: Value): { read: Value; unread: () => string[] } {
  const seen = new Set<string>();
  return {
    read: watched(object, '', seen),
    unread: () =>
      paths(object, '')
        .filter(({ path, parent }) => !seen.has(path) && (parent === '' || seen.has(parent)))
        .map(({ path }) => path),
  };
}

function watched<Value extends object>(object: Value, path: string, seen: Set<string>): Value {
  return new Proxy(object, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof key !== 'string') return value;
      const inner = join(path, key, Array.isArray(target));
      seen.add(inner);
      return typeof value === 'object' && value !== null ? watched(value, inner, seen) : value;
    },
  });
}

/** Every field below an object, with the path of what holds it. Elements of lists are fields as well. */
function paths(object: object, parent: string): { path: string; parent: string }[] {
  return Object.entries(object).flatMap(([key, value]: [string, unknown]) => {
    const path = join(parent, key, Array.isArray(object));
    return [{ path, parent }, ...(typeof value === 'object' && value !== null ? paths(value, path) : [])];
  });
}

function join(path: string, key: string, isElement: boolean): string {
  if (isElement) return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}
