import { BadRequestException, type PipeTransform } from '@nestjs/common';
import { MP4_KEY, mp4KeySchema } from '#contract';
import { checkedParam } from '#platform';

class Mp4KeyPipe implements PipeTransform<string, string> {
  transform(key: string): string {
    if (MP4_KEY.test(key)) return key;
    throw new BadRequestException(`Invalid key "${key.slice(0, 64)}": expected 16 hexadecimal digits.`);
  }
}

/** The route parameter `:key`: an MP4 of a job. */
export const Mp4Key = (): ParameterDecorator =>
  checkedParam('key', Mp4KeyPipe, { schema: mp4KeySchema, description: 'key of the MP4' });
