/**
 * Tracks which fields of an object are read. A validator reads every field in its schema, so the others are unknown to
 * the schema.
 * @returns `read`: the object to pass on; `unread`: the paths of the fields not read so far
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

/** All fields below an object, with the path of their parent. Elements of lists count as fields. */
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
