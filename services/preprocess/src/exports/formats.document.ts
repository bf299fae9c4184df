import { applyDecorators, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery } from '@nestjs/swagger';
import { z } from 'zod';
import { cocoSchema, detectionsSchema, numberField, refTo } from '#contract';
import { FORMATS, FORMAT_NAMES, type Format, type FormatName } from '#exports';
import { ApiErrors } from '#platform';
import { JOB_ERRORS } from '../jobs/error-descriptions';
import { ApiNotModified } from '../media/file.document';

/** Used if the request names no format. */
export const DEFAULT_FORMAT: FormatName = 'json';

/** The query parameter `format`. */
export const formatSchema = z
  .enum(FORMAT_NAMES, {
    error: ({ input }) => {
      const what = typeof input === 'string' ? `"${input.slice(0, 64)}"` : 'not a single value';
      return `format is ${what}: expected one of ${FORMAT_NAMES.join(', ')}`;
    },
  })
  .default(DEFAULT_FORMAT);

const notAScore = {
  error: ({ input }: { readonly input?: unknown }) =>
    typeof input === 'string' || typeof input === 'number'
      ? `Invalid score "${String(input).slice(0, 64)}": expected a number from 0 to 1`
      : 'score: expected a single value',
};

/** The query parameter `score`. */
export const scoreSchema = numberField(z.number(notAScore).min(0, notAScore).max(1, notAScore));

const ApiScore = () =>
  ApiQuery({
    name: 'score',
    required: false,
    schema: { type: 'number', minimum: 0, maximum: 1 },
    description:
      "export boxes whose score, or the best score of whose track, is above this one, as far as SCORE_FLOOR stored them, and those with an unknown score; default: the job's threshold",
  });

export const EXPORT_HEADERS = {
  ETag: { description: 'changes with the detections', schema: { type: 'string' } },
  'Content-Disposition': {
    description: 'of downloads: the name of the upload with another extension',
    schema: { type: 'string' },
  },
} as const;

const TEXT = { type: 'string' } as const;

const ZIP = 'application/zip';

const INVALID = 'invalid job id or score';
const NO_DETECTIONS = 'job not found, or it has no detections yet';
const NO_TRACKS = 'job not found, it has no tracks yet, or its objects were not tracked';

/** Formats whose content has a schema; the others are text. */
const SCHEMAS: Partial<Record<FormatName, { readonly $ref: string }>> = {
  json: refTo(detectionsSchema),
  coco: refTo(cocoSchema),
};

const schemaOf = (format: FormatName) =>
  SCHEMAS[format] ?? (typeOf(format) === ZIP ? { ...TEXT, format: 'binary' } : TEXT);

const typeOf = (format: FormatName) => FORMATS[format].mediaType.replace(/;.*/, '');

/** A route that exports the detections of a job in one format, such as `:id/detections.csv`. */
export function Export(format: FormatName): MethodDecorator {
  const { extension, description, needsTracks = false }: Format = FORMATS[format];
  return applyDecorators(
    Get(`:id/detections${extension}`),
    ApiOperation({ summary: `Detections as ${format}` }),
    ApiOkResponse({
      description,
      content: { [typeOf(format)]: { schema: schemaOf(format) } },
      headers: EXPORT_HEADERS,
    }),
    ApiScore(),
    ApiExportErrors(INVALID, needsTracks ? NO_TRACKS : NO_DETECTIONS),
  );
}

/** Documents the route with the format in the query. */
export function ApiFormats(): MethodDecorator {
  const lines = FORMAT_NAMES.map((name) => `\`${name}\`: ${FORMATS[name].description}`);
  const types = [...new Set(FORMAT_NAMES.map(typeOf))];
  const content = types.map((type) => {
    const schemas = FORMAT_NAMES.filter((name) => typeOf(name) === type).map(schemaOf);
    return [type, { schema: schemas.length > 1 ? { oneOf: schemas } : (schemas[0] ?? TEXT) }] as const;
  });
  return applyDecorators(
    ApiOperation({
      summary: 'Detections in a format',
      description: 'Generated clients have one type per format with the paths that end in its extension.',
    }),
    ApiQuery({
      name: 'format',
      required: false,
      schema: { type: 'string', enum: [...FORMAT_NAMES], default: DEFAULT_FORMAT },
      description: lines.join('; '),
    }),
    ApiOkResponse({
      description: 'in the requested format; all but json as a download named after the upload',
      content: Object.fromEntries(content),
      headers: EXPORT_HEADERS,
    }),
    ApiScore(),
    ApiExportErrors('invalid job id, format or score'),
  );
}

/** Documents the responses of all exports but the success. */
export function ApiExportErrors(invalid = JOB_ERRORS[400], missing = NO_DETECTIONS): MethodDecorator {
  return applyDecorators(
    ApiNotModified(),
    ApiErrors({
      ...JOB_ERRORS,
      400: invalid,
      404: missing,
      412: 'the detections do not match If-Match',
    }),
  );
}
