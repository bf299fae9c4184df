import { z } from 'zod';
import { quoteWithNearest } from '../nearest';

/** What is wrong with a manifest: a clause per error, starting with the field. */
export function explain({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${path.join('.') || 'manifest'}: ${message}`).join('; ');
}

/**
 * Error map for manifests (https://zod.dev/error-customization): missing and mistyped fields are explained by their
 * description in the schema. Other issues keep Zod's message.
 */
export const manifestErrors: z.core.$ZodErrorMap = (issue) => {
  const { code, input, inst } = issue;
  if (code === 'unrecognized_keys') {
    const known = inst instanceof z.ZodObject ? Object.keys(inst.shape) : [];
    const keys = issue.keys.map((key) => quoteWithNearest(key, known));
    return `unknown field ${keys.join(', ')}; known fields: ${known.join(', ')}`;
  }
  if (code === 'invalid_union' && Array.isArray(issue.options)) {
    return `expected one of ${issue.options.join(', ')}`;
  }
  const meaning = inst instanceof z.ZodType ? inst.description : undefined;
  if (input === undefined) return meaning === undefined ? 'missing' : `missing (${meaning})`;
  if (code === 'invalid_union' && meaning !== undefined) return `expected ${meaning}`;
  if (code === 'invalid_type') return `expected ${issue.expected}, got ${kindOf(input)}`;
  return undefined;
};

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : typeof value;
}
