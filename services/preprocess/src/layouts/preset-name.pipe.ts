import { BadRequestException, type PipeTransform } from '@nestjs/common';
import { NOT_A_PRESET_NAME, PRESET_NAME, presetNameSchema } from '#contract';
import { checkedParam } from '#platform';

/** @throws BadRequestException */
export function checkPresetName(name: string): string {
  if (PRESET_NAME.test(name)) return name;
  throw new BadRequestException(`Invalid name "${name.slice(0, 64)}" of a preset: ${NOT_A_PRESET_NAME}.`);
}

class PresetNamePipe implements PipeTransform<string, string> {
  transform(name: string): string {
    return checkPresetName(name);
  }
}

/** The route parameter `:name`: a preset. Rejects anything else before the handler runs. */
export const PresetName = (): ParameterDecorator =>
  checkedParam('name', PresetNamePipe, { schema: presetNameSchema, description: 'name of the preset' });
