import type { INestApplication } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { schemasOf } from '#contract';
import { errorResponse } from './error.resource';

/** What the OpenAPI document says about a service. */
export interface ApiFacts {
  readonly title: string;
  readonly description: string;
  /** Descriptions of the tags of its routes. */
  readonly tags: Readonly<Record<string, string>>;
  /** Whether a path needs no key. */
  readonly isPublic: (path: string) => boolean;
  /** Prefix of every path, see BASE_PATH. */
  readonly basePath?: string;
}

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']>;
type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

/** A status with the name and the description of its response. */
type Shared = [status: string, response: readonly [name: string, description: string]];

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'] as const;

/** Responses of all routes, and their names in the document. */
const SHARED = {
  500: ['InternalError', 'unexpected error; requestId identifies the details in the log'],
} as const;

/** Responses of all routes that need a key. */
const WITH_KEY = {
  401: ['Unauthorized', 'the key is missing or invalid, if the server has keys'],
  403: ['Forbidden', 'the key does not give access, or the request came from a page of another site'],
  429: ['TooManyRequests', 'too many invalid keys or uploads; retry after Retry-After'],
} as const;

/** Serves the OpenAPI document of the application at `/api`. */
export function documentApi(app: NestExpressApplication, facts: ApiFacts): void {
  SwaggerModule.setup('api', app, createDocument(app, facts));
}

/** The OpenAPI document of an application: its routes, with the responses that all of them share. */
export function createDocument(app: INestApplication, facts: ApiFacts): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle(facts.title)
    .setDescription(facts.description)
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addServer(facts.basePath === undefined || facts.basePath === '' ? '/' : facts.basePath)
    .addSecurity('key', { type: 'http', scheme: 'bearer', description: 'An API key, if the server has any.' })
    .addSecurityRequirements('key');
  for (const [name, description] of Object.entries(facts.tags)) builder.addTag(name, description);
  const document = SwaggerModule.createDocument(app, builder.build(), { operationIdFactory });
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (operation) item[method] = complete(operation, method, facts.isPublic(path));
    }
  }
  const { info, components, paths } = document;
  const license = { name: 'MIT', identifier: 'MIT' };
  const responses = Object.fromEntries(
    Object.entries({ ...SHARED, ...WITH_KEY }).map(([status, [name, description]]) => [
      name,
      errorResponse(Number(status), description),
    ]),
  );
  const schemas = { ...components?.schemas, ...schemasOf({ paths, responses }) } as Schemas;
  return { ...document, info: { ...info, license }, components: { ...components, schemas, responses } };
}

/** For example `jobsList`. Generators make names of functions from it. */
function operationIdFactory(controller: string, method: string): string {
  const name = controller.replace(/Controller$/, '').replace(/^./, (letter) => letter.toLowerCase());
  return name === method ? name : name + method.replace(/^./, (letter) => letter.toUpperCase());
}

function complete(operation: Operation, method: string, isPublic: boolean): Operation {
  const shared = Object.entries({ ...(isPublic ? {} : WITH_KEY), ...SHARED });
  const responses: Operation['responses'] = {
    ...Object.fromEntries(
      shared.map(([status, [name]]) => [status, { $ref: `#/components/responses/${name}` }]),
    ),
    ...operation.responses,
  };
  return {
    ...operation,
    responses: method === 'head' ? withoutContent(responses, shared) : responses,
    ...(isPublic && { security: [] }),
  };
}

/** Responses to HEAD, which have no body. */
function withoutContent(
  responses: Operation['responses'],
  shared: readonly Shared[],
): Operation['responses'] {
  const descriptions = new Map(shared.map(([status, [, description]]) => [status, description]));
  return Object.fromEntries(
    Object.entries(responses).map(([status, response]) => [
      status,
      response && '$ref' in response
        ? { description: descriptions.get(status) ?? '' }
        : { ...response, content: {}, description: response?.description ?? '' },
    ]),
  );
}
