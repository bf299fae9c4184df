import type { Request } from 'express';

/** The part of Express's router that lists its routes. */
interface Router {
  readonly stack: readonly Layer[];
}

interface Layer {
  readonly route?: { readonly methods: Readonly<Record<string, boolean>> };
  match(path: string): boolean;
}

/** The methods with a route for the path of a request, in capitals; empty for an unknown path. */
export function allowedMethods({ app, path }: Request): string[] {
  const { stack } = app.router as unknown as Router;
  const methods = stack
    .filter((layer) => layer.route && matches(layer, path))
    .flatMap(({ route }) => Object.keys(route?.methods ?? {}))
    .map((method) => method.toUpperCase());
  // Express answers HEAD with the route of GET.
  return [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))];
}

function matches(layer: Layer, path: string): boolean {
  try {
    return layer.match(path);
  } catch {
    return false; // an invalid percent encoding
  }
}
