import { BadRequestException, type PipeTransform } from '@nestjs/common';
import { FORMAT_NAMES, isFormatName, type FormatName } from '#exports';
import { DEFAULT_FORMAT } from './formats.document';

/** The name of a format; the default one where none is given. */
export class FormatPipe implements PipeTransform<unknown, FormatName> {
  transform(format: unknown = DEFAULT_FORMAT): FormatName {
    if (typeof format === 'string' && isFormatName(format)) return format;
    const what =
      typeof format === 'string' ? `"${format.slice(0, 64)}"` : 'given more than once, or in parts';
    throw new BadRequestException(`format is ${what}: expected one of ${FORMAT_NAMES.join(', ')}.`);
  }
}
