import { BadRequestException } from '@nestjs/common';
import { z } from 'zod';
import { SchemaPipe } from './schema.pipe';

const pipe = new SchemaPipe(
  z.object({
    a: z.string('a: expected text').transform((text) => text.length),
    b: z.number('b: expected a number'),
  }),
);

it('returns what the schema makes of a value', () => {
  expect(pipe.transform({ a: 'four', b: 2 })).toEqual({ a: 4, b: 2 });
});

it('lists all errors in the words of the schema', () => {
  expect(() => pipe.transform({ b: '2' })).toThrow(
    new BadRequestException('a: expected text; b: expected a number.'),
  );
});
