import { BadRequestException, Param, type PipeTransform } from '@nestjs/common';

class NumberPipe implements PipeTransform<string, number> {
  transform(text: string): number {
    if (/^\d{1,9}$/.test(text)) return Number(text);
    throw new BadRequestException(`"${text.slice(0, 64)}" is no number: expected a whole number from 0.`);
  }
}

/** The parameter `:n` of a route: a frame or a peak, counted from 0. Anything else is refused before the handler runs. */
export const Index = (): ParameterDecorator => Param('n', NumberPipe);
