import { RequestMethod, type DynamicModule, type Type } from '@nestjs/common';
import { METHOD_METADATA, MODULE_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { Access, type AccessLevel } from '#access';

export interface Route {
  readonly method: string;
  /** With parameters, such as `/api/jobs/:id`. */
  readonly path: string;
  readonly access: AccessLevel | undefined;
}

type Import = Type | DynamicModule;

/** All routes of a module and of its imports, as declared by their decorators. */
export function routesOf(module: Import, seen = new Set<Type>()): Route[] {
  const dynamic = 'module' in module ? module : undefined;
  const type = dynamic?.module ?? (module as Type);
  if (seen.has(type)) return [];
  seen.add(type);
  const controllers = [
    ...read<Type[]>(MODULE_METADATA.CONTROLLERS, type, []),
    ...(dynamic?.controllers ?? []),
  ];
  const imports = [...read<Import[]>(MODULE_METADATA.IMPORTS, type, []), ...(dynamic?.imports ?? [])];
  return [
    ...controllers.flatMap(routesOfController),
    ...imports.flatMap((one) => routesOf(one as Import, seen)),
  ];
}

function routesOfController(controller: Type): Route[] {
  const prefix = read(PATH_METADATA, controller, '/');
  const prototype = controller.prototype as Record<string, unknown>;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const handler = prototype[name];
    if (typeof handler !== 'function') return [];
    const method = read<RequestMethod | undefined>(METHOD_METADATA, handler, undefined);
    if (method === undefined) return [];
    const access = levelOf(handler) ?? levelOf(controller);
    return [{ method: RequestMethod[method], path: join(prefix, read(PATH_METADATA, handler, '/')), access }];
  });
}

function levelOf(target: object): AccessLevel | undefined {
  return read<AccessLevel | undefined>(Access.KEY, target, undefined);
}

function join(...parts: readonly string[]): string {
  return `/${parts
    .flatMap((part) => part.split('/'))
    .filter((part) => part !== '')
    .join('/')}`;
}

function read<Value>(key: string, target: object, otherwise: Value): Value {
  return (Reflect.getMetadata(key, target) as Value | undefined) ?? otherwise;
}
