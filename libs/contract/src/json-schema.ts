import { z } from 'zod';

const PREFIX = '#/components/schemas/';

/** Converts a schema to OpenAPI 3.1, describing the parsed values. */
export function toOpenApi(schema: z.ZodType): z.core.JSONSchema.BaseSchema {
  const converted = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' });
  delete converted.$schema; // the OpenAPI document declares the dialect
  return converted;
}

/** A reference to a schema that has an id. */
export function refTo(schema: z.ZodType): { $ref: string } {
  const id = schema.meta()?.id;
  if (id === undefined) throw new Error('only schemas with an id can be referenced');
  return { $ref: PREFIX + id };
}

/** All schemas that an OpenAPI document references, directly or indirectly, by id. */
export function schemasOf(document: object): Record<string, object> {
  const { schemas } = z.toJSONSchema(z.globalRegistry, { io: 'input', uri: (id) => PREFIX + id });
  const found: Record<string, object> = {};
  const collect = (from: object): void => {
    for (const [, id = ''] of JSON.stringify(from).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      const schema = schemas[id];
      if (schema === undefined || id in found) continue;
      found[id] = Object.fromEntries(Object.entries(schema).filter(([key]) => !key.startsWith('$')));
      collect(schema);
    }
  };
  collect(document);
  return found;
}
