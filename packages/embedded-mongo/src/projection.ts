import { CommandError, notImplemented } from './errors';
import { compileExpression, type Expression } from './expression';
import { isNumeric, toNumber } from './numbers';
import { split } from './path';
import { type Document, isDocument } from './value';

/** Shapes a document for the reply. */
export type Projection = (document: Document) => Document;

/** The projected paths as a tree: `true` at a leaf, or an expression for a computed field. */
interface Tree {
  [field: string]: true | Expression | Tree;
}

/** A tree without a prototype, because a document may have a field named `constructor`. */
const newTree = (): Tree => Object.create(null) as Tree;

/**
 * Compiles a projection: fields to include (and to compute), or fields to exclude.
 * @throws NotImplemented for `$slice`, `$elemMatch`, `$meta` and the positional `$`
 */
export function compileProjection(specification: Document, now: Date): Projection {
  const kept = newTree();
  const dropped = newTree();
  let id: boolean | undefined;
  for (const [path, rule] of flatten(specification)) {
    if (path.split('.').some((component) => component.startsWith('$'))) {
      throw notImplemented(`the projection path '${path}'`);
    }
    const flag = typeof rule === 'boolean' ? rule : isNumeric(rule) ? toNumber(rule) !== 0 : undefined;
    if (path === '_id' && flag !== undefined) id = flag;
    else if (flag === false) setPath(dropped, path, true);
    else setPath(kept, path, flag ?? compileExpression(rule, now));
  }
  const including = Object.keys(kept).length > 0 || (id === true && Object.keys(dropped).length === 0);
  if (including && Object.keys(dropped).length > 0) {
    throw new CommandError('BadValue', 'Cannot do exclusion in an inclusion projection');
  }
  if (!including) {
    if (id === false) dropped['_id'] = true;
    return (document) => exclude(document, dropped);
  }
  if (id !== false && kept['_id'] === undefined) kept['_id'] = true;
  return (document) => include(document, kept, document);
}

/** Flattens `{ a: { b: 1 } }` to `{ 'a.b': 1 }`. */
function flatten(specification: Document, prefix = ''): [string, unknown][] {
  return Object.entries(specification).flatMap(([key, rule]): [string, unknown][] => {
    const nested = isDocument(rule) && !Object.keys(rule)[0]?.startsWith('$');
    if (nested && Object.keys(rule).length === 0) {
      throw new CommandError('FailedToParse', 'An empty sub-projection is not a valid value.');
    }
    if (isDocument(rule) && ('$slice' in rule || '$elemMatch' in rule || '$meta' in rule)) {
      throw notImplemented(`${Object.keys(rule).join()} in a projection`);
    }
    return nested ? flatten(rule, `${prefix}${key}.`) : [[`${prefix}${key}`, rule]];
  });
}

function setPath(tree: Tree, path: string, leaf: true | Expression): void {
  const components = split(path);
  const last = components.pop() ?? '';
  let branch = tree;
  for (const component of components) {
    const next = (branch[component] ??= newTree());
    if (next === true || typeof next === 'function') throw collision(path);
    branch = next;
  }
  if (branch[last] !== undefined) throw collision(path);
  branch[last] = leaf;
}

const collision = (path: string) => new CommandError('BadValue', `Path collision at ${path}`);

/** The document's own fields in order, then the computed ones. */
function include(document: Document, tree: Tree, root: Document): Document {
  const result: Document = {};
  for (const [key, value] of Object.entries(document)) {
    const rule = tree[key];
    if (rule === true) result[key] = value;
    else if (typeof rule === 'object') {
      const nested = includeNested(value, rule, root);
      if (nested !== undefined) result[key] = nested;
    }
  }
  for (const [key, rule] of Object.entries(tree)) {
    if (typeof rule === 'function') {
      const value = rule(root);
      if (value !== undefined) result[key] = value;
    } else if (rule !== true && document[key] === undefined && computes(rule)) {
      result[key] = include({}, rule, root);
    }
  }
  return result;
}

const computes = (tree: Tree): boolean =>
  Object.values(tree).some((rule) => typeof rule === 'function' || (rule !== true && computes(rule)));

function includeNested(value: unknown, tree: Tree, root: Document): unknown {
  if (isDocument(value)) return include(value, tree, root);
  if (Array.isArray(value)) {
    return value.map((item) => includeNested(item, tree, root)).filter((item) => item !== undefined);
  }
  return computes(tree) ? include({}, tree, root) : undefined;
}

function exclude(document: Document, tree: Tree): Document {
  const result: Document = {};
  for (const [key, value] of Object.entries(document)) {
    const rule = tree[key];
    if (rule === undefined) result[key] = value;
    else if (typeof rule === 'object') result[key] = excludeNested(value, rule);
  }
  return result;
}

function excludeNested(value: unknown, tree: Tree): unknown {
  if (isDocument(value)) return exclude(value, tree);
  return Array.isArray(value) ? value.map((item) => excludeNested(item, tree)) : value;
}

/** The projection without the given paths: the `$unset` stage. */
export function compileUnset(paths: unknown): Projection {
  const list: unknown[] = Array.isArray(paths) ? paths : [paths];
  if (list.length === 0) throw new CommandError('FailedToParse', '$unset needs at least one field name.');
  const tree = newTree();
  for (const path of list) {
    if (typeof path !== 'string') throw new CommandError('FailedToParse', '$unset needs field names.');
    setPath(tree, path, true);
  }
  return (document) => exclude(document, tree);
}

/**
 * The `$set` / `$addFields` stage: the document plus fields computed from its old content. A nested document is merged
 * into an existing one; arrays along the path are entered at every element, as in MongoDB.
 */
export function compileSetFields(fields: unknown, now: Date): Projection {
  if (!isDocument(fields)) throw new CommandError('FailedToParse', '$set specification must be an object.');
  const tree = newTree();
  for (const [path, rule] of flattenFields(fields)) setPath(tree, path, compileExpression(rule, now));
  return (document) => setFields(document, tree, document);
}

function flattenFields(fields: Document, prefix = ''): [string, unknown][] {
  return Object.entries(fields).flatMap(([key, rule]): [string, unknown][] => {
    if (key.startsWith('$')) {
      throw new CommandError('Location16410', `FieldPath field names may not start with '$': '${key}'.`);
    }
    const nested = isDocument(rule) && Object.keys(rule).length > 0 && !Object.keys(rule)[0]?.startsWith('$');
    return nested ? flattenFields(rule, `${prefix}${key}.`) : [[`${prefix}${key}`, rule]];
  });
}

function setFields(value: unknown, tree: Tree, root: Document): Document {
  const result: Document = isDocument(value) ? { ...value } : {};
  for (const [key, rule] of Object.entries(tree)) {
    const next =
      typeof rule === 'function' ? rule(root) : rule === true ? true : setInto(result[key], rule, root);
    if (next === undefined) Reflect.deleteProperty(result, key);
    else result[key] = next;
  }
  return result;
}

function setInto(value: unknown, tree: Tree, root: Document): unknown {
  if (Array.isArray(value)) return value.map((item) => setInto(item, tree, root));
  return setFields(value, tree, root);
}
