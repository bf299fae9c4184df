import { layoutSchema, type Layout } from '#contract';
import type { LayoutPresets } from '#jobs';

/** Where to look up presets. */
export type Presets = Pick<LayoutPresets, 'get'>;

interface Read {
  /** Undefined if there is none, or a problem. */
  readonly layout?: Layout;
  /** A clause without a full stop. */
  readonly problem?: string;
}

/**
 * Reads the lines and zones of a job.
 *
 * @param value JSON, as text or parsed, or the name of a preset; none if it is undefined or blank
 */
export async function readLayout(value: unknown, presets: Presets): Promise<Read> {
  const given = typeof value === 'string' ? value.trim() : value;
  if (given === undefined || given === '') return {};
  if (typeof given !== 'string') return check(given);
  if (given.startsWith('{')) return parseLayout(given);
  const preset = await presets.get(given);
  if (preset) return { layout: preset.layout };
  return {
    problem: `layout: unknown preset "${given.slice(0, 64)}"; expected JSON or the name of a preset, see GET /api/layouts`,
  };
}

/** Reads a layout from JSON. */
export function parseLayout(text: string): Read {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: `layout: the text is not valid JSON (${error instanceof Error ? error.message : ''})` };
  }
  return check(value);
}

function check(value: unknown): Read {
  const { data, error } = layoutSchema.safeParse(value);
  return data ? { layout: data } : { problem: error.issues.map(({ message }) => message).join('; ') };
}
