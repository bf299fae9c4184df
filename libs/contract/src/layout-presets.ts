import { z } from 'zod';
import { MAX_NAME, layoutSchema } from './layout';

/** Names of presets: they are part of addresses, and a form field may hold a name or JSON. */
export const PRESET_NAME = new RegExp(
  `^[\\p{L}\\p{N}](?:[\\p{L}\\p{N} ._-]{0,${MAX_NAME - 2}}[\\p{L}\\p{N}._-])?$`,
  'u',
);

export const NOT_A_PRESET_NAME = `expected 1 to ${MAX_NAME} letters, digits, spaces, dots, dashes or underscores, with a letter or digit first`;

export const presetNameSchema = z.string().regex(PRESET_NAME).meta({ example: 'Main Street' });

const fields = {
  name: presetNameSchema,
  savedAt: z.iso.datetime().describe('ISO 8601, from the database clock'),
  links: z.object({ self: z.string().describe('this preset') }),
};

/** Lines and zones stored under a name. */
export const presetSchema = z.object({ ...fields, layout: layoutSchema }).meta({ id: 'LayoutPreset' });

export const presetListSchema = z
  .object({ layouts: z.array(z.object(fields).meta({ id: 'LayoutPresetEntry' })).describe('by name') })
  .meta({ id: 'LayoutPresetList' });

export type PresetResource = z.infer<typeof presetSchema>;
export type PresetListResource = z.infer<typeof presetListSchema>;
