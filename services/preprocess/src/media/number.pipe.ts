import { BadRequestException, type PipeTransform } from '@nestjs/common';
import { z } from 'zod';
import { checkedParam } from '#platform';

class NumberPipe implements PipeTransform<string, number> {
  transform(text: string): number {
    // A number beyond every frame is valid: the frame does not exist.
    if (/^\d+$/.test(text)) return Math.min(Number(text), Number.MAX_SAFE_INTEGER);
    throw new BadRequestException(`Invalid number "${text.slice(0, 64)}": expected a whole number from 0.`);
  }
}

const index = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

/** The route parameter `:n`: a frame or peak counted from 0. Rejects anything else before the handler runs. */
export const Index = (): ParameterDecorator =>
  checkedParam('n', NumberPipe, { schema: index, description: 'number of the frame or peak, from 0' });
