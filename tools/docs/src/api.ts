import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import ts from 'typescript';
import openapiTS, { astToString } from 'openapi-typescript';
import { CONFIG, createDocument } from '#platform';
/* eslint-disable no-restricted-imports -- the document describes the routes of this service's module */
import { API } from '../../../services/preprocess/src/api.document';
import { PreprocessModule } from '../../../services/preprocess/src/preprocess.module';
/* eslint-enable no-restricted-imports */

@Module({})
class NoConfig {}

/** Satisfies the injector; nothing reads it, because a preview creates no provider. */
const withoutConfig: DynamicModule = {
  module: NoConfig,
  global: true,
  providers: [{ provide: CONFIG, useValue: {} }],
  exports: [CONFIG],
};

/** The OpenAPI document of preprocess, made from its code without starting it. */
export async function apiDocument(): Promise<OpenAPIObject> {
  const root = { module: PreprocessModule, imports: [withoutConfig] };
  const app = await NestFactory.create(root, { preview: true, logger: ['error'], abortOnError: false });
  return createDocument(app, API);
}

/** The types of a document for openapi-fetch. Files are Blobs. */
export async function clientTypes(document: OpenAPIObject): Promise<string> {
  const blob = ts.factory.createTypeReferenceNode('Blob');
  const nodes = await openapiTS(JSON.stringify(document), {
    transform: ({ format }) => (format === 'binary' ? blob : undefined),
  });
  return `// Generated from the OpenAPI document by \`npm run docs\`. Do not edit.\n\n${astToString(nodes)}`;
}
