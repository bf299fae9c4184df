import * as client from '@kubernetes/client-node';
import { type Finding, type Manifest, finding } from './manifest';

interface Attribute {
  readonly baseName: string;
  readonly type: string;
}

interface Typed {
  getAttributeTypeMap(): readonly Attribute[];
}

const TYPES = client as unknown as Readonly<Record<string, Typed | undefined>>;

/** Maps of quantities, which may be written as numbers. */
const QUANTITIES = ['limits', 'requests', 'capacity'];

/** Directives of a patch, which are not fields. */
const DIRECTIVE = /^\$/;

/**
 * Unknown fields, and values of the wrong type, according to the types of the Kubernetes client. Unlike a schema, this
 * also works for a part of an object, such as a patch.
 */
export function fieldFindings(object: Manifest): Finding[] {
  const version = object.apiVersion.split('/').at(-1) ?? '';
  const type = `V${version.slice(1)}${object.kind}`;
  if (!TYPES[type]) return [finding(object, 'kind', `${object.apiVersion} has no ${object.kind}`)];
  return mismatches(object, type, '').map(({ path, problem }) => finding(object, path, problem));
}

interface Mismatch {
  readonly path: string;
  readonly problem: string;
}

function mismatches(value: unknown, type: string, path: string): Mismatch[] {
  const element = /^Array<(.+)>$/.exec(type)?.[1];
  if (element !== undefined) {
    if (!Array.isArray(value)) return [{ path, problem: 'expected a list' }];
    return value.flatMap((item, index) => mismatches(item, element, `${path}[${index}]`));
  }
  const inMap = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  if (inMap !== undefined) return ofFields(value, path, () => itemType(inMap, path));
  const attributes = TYPES[type]?.getAttributeTypeMap();
  if (attributes) {
    return ofFields(value, path, (key) => attributes.find(({ baseName }) => baseName === key)?.type);
  }
  return isOf(value, type) ? [] : [{ path, problem: `expected ${type}, found ${JSON.stringify(value)}` }];
}

function ofFields(value: unknown, path: string, typeOf: (key: string) => string | undefined): Mismatch[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ path, problem: 'expected fields' }];
  }
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    if (DIRECTIVE.test(key)) return [];
    const type = typeOf(key);
    const innerPath = path === '' ? key : `${path}.${key}`;
    return type === undefined
      ? [{ path: innerPath, problem: 'unknown field' }]
      : mismatches(inner, type, innerPath);
  });
}

function itemType(type: string, path: string): string {
  return QUANTITIES.some((name) => path.endsWith(`.${name}`)) ? 'IntOrString' : type;
}

function isOf(value: unknown, type: string): boolean {
  switch (type) {
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type;
    case 'IntOrString':
      return typeof value === 'string' || typeof value === 'number';
    case 'Date':
    case 'V1MicroTime':
      return typeof value === 'string';
    default:
      return true; // `any` and similar
  }
}
