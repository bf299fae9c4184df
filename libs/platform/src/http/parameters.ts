import { applyDecorators, Param, type PipeTransform, type Type } from '@nestjs/common';
import { ApiParam, ApiQuery, type ApiParamOptions } from '@nestjs/swagger';
import type { z } from 'zod';
import { toOpenApi } from '#contract';

type ParamSchema = Extract<ApiParamOptions, { schema: unknown }>['schema'];

/** Documents the parameters of a query schema in OpenAPI. */
export function ApiQueryOf(schema: z.ZodObject): MethodDecorator {
  const { properties = {} } = toOpenApi(schema);
  const queries = Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = property as ParamSchema & { readonly description?: string };
    const described = description === undefined ? {} : { description };
    return ApiQuery({ name, required: false, schema: rest, ...described });
  });
  return applyDecorators(...queries);
}

/** A route parameter that a pipe checks, documented in OpenAPI. */
export function checkedParam(
  name: string,
  pipe: Type<PipeTransform> | PipeTransform,
  { schema, description }: { readonly schema: z.ZodType; readonly description: string },
): ParameterDecorator {
  return (target, key, index) => {
    Param(name, pipe)(target, key, index);
    const handler = key === undefined ? undefined : Object.getOwnPropertyDescriptor(target, key);
    if (key === undefined || handler === undefined) throw new Error('expected a parameter of a method');
    ApiParam({ name, description, schema: toOpenApi(schema) as ParamSchema })(target, key, handler);
  };
}
