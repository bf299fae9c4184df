import { BadRequestException, Param, type PipeTransform } from '@nestjs/common';

class NumberPipe implements PipeTransform<string, number> {
  transform(text: string): number {
    if (/^\d{1,9}$/.test(text)) return Number(text);
    throw new BadRequestException(`Invalid number "${text.slice(0, 64)}": expected a whole number from 0.`);
  }
}

/** The route parameter `:n`: a frame or peak counted from 0. Rejects anything else before the handler runs. */
export const Index = (): ParameterDecorator => Param('n', NumberPipe);
