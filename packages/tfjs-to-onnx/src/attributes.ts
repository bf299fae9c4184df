import { z } from 'zod';
import { TfjsConversionError } from './errors';
import { type TfNode } from './graph-model';

const text = z.object({ s: z.array(z.number()) }).transform(({ s }) => Buffer.from(s).toString());
const float = z.object({ f: z.number() }).transform(({ f }) => f);
const integers = z
  .object({ list: z.object({ i: z.array(z.coerce.number()) }) })
  .transform(({ list }) => list.i);

/** Attribute of a node, in the JSON form of TensorFlow's AttrValue: bytes as numbers, 64-bit integers as text. */
function read<T>(node: TfNode, name: string, schema: z.ZodType<T>): T {
  const result = schema.safeParse(node.attr[name]);
  if (result.success) return result.data;
  throw new TfjsConversionError(
    `Attribute '${name}' of ${node.op} '${node.name}' is missing or has the wrong type.`,
  );
}

export const textAttribute = (node: TfNode, name: string): string => read(node, name, text);
export const floatAttribute = (node: TfNode, name: string): number => read(node, name, float);
export const integersAttribute = (node: TfNode, name: string): number[] => read(node, name, integers);
