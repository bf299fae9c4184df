import { BadRequestException, type PipeTransform } from '@nestjs/common';
import { FORMAT_NAMES, isFormatName, type FormatName } from '#exports';
import { DEFAULT_FORMAT } from './formats.document';

/** Checks the name of a format; defaults to `DEFAULT_FORMAT`. */
export class FormatPipe implements PipeTransform<unknown, FormatName> {
  transform(format: unknown = DEFAULT_FORMAT): FormatName {
    if (typeof format === 'string' && isFormatName(format)) return format;
    const what = typeof format === 'string' ? `"${format.slice(0, 64)}"` : 'not a single value';
    throw new BadRequestException(`format is ${what}: expected one of ${FORMAT_NAMES.join(', ')}.`);
  }
}
