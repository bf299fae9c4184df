import { BadRequestException, type PipeTransform } from '@nestjs/common';
import type { z } from 'zod';

/**
 * Parses a part of a request with the schema that documents it. The messages of the schema are clauses without a full
 * stop that name the invalid value.
 */
export class SchemaPipe<Schema extends z.ZodType> implements PipeTransform<unknown, z.output<Schema>> {
  constructor(private readonly schema: Schema) {}

  /** @throws BadRequestException listing all errors */
  transform(value: unknown): z.output<Schema> {
    const { success, data, error } = this.schema.safeParse(value);
    if (success) return data;
    throw new BadRequestException(`${error.issues.map(({ message }) => message).join('; ')}.`);
  }
}
