import { z } from 'zod';
import { quoteWithNearest } from '../nearest';

/** What is wrong with a manifest, in the words of its user: a sentence part for each mistake, with the field first. */
export function explain({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${path.join('.') || 'manifest'}: ${message}`).join('; ');
}

/**
 * The error map for manifests (https://zod.dev/error-customization): fields that are missing or written in another way
 * are told with what they are for, which is the description in the schema. Other issues keep Zod's message.
 */
export const manifestErrors: z.core.$ZodErrorMap = (issue) => {
  const { code, input, inst } = issue;
  if (code === 'unrecognized_keys') {
    const known = inst instanceof z.ZodObject ? Object.keys(inst.shape) : [];
    const keys = issue.keys.map((key) => quoteWithNearest(key, known));
    return `there is no field ${keys.join(', ')}; its fields are ${known.join(', ')}`;
  }
  if (code === 'invalid_union' && Array.isArray(issue.options)) {
    return `expected one of ${issue.options.join(', ')}`;
  }
  const meaning = inst instanceof z.ZodType ? inst.description : undefined;
  if (input === undefined) return meaning === undefined ? 'it is missing' : `it is missing (${meaning})`;
  if (code === 'invalid_union' && meaning !== undefined) return `expected ${meaning}`;
  if (code === 'invalid_type') return `expected ${issue.expected}, got ${kindOf(input)}`;
  return undefined;
};

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : typeof value;
}
