import * as mingoStages from 'mingo/operators/pipeline';
import { CommandError, notImplemented } from './errors';
import { compileExpression } from './expression';
import { compileFilter } from './filter';
import { compileGroup } from './group';
import { toInteger } from './numbers';
import { isArrayIndex, nestedField, split } from './path';
import { compileProjection, compileSetFields, compileUnset } from './projection';
import { compareBy, parseSort } from './sort';
import { decode, type Document, encode, isDocument } from './value';

/** Maps the documents of one stage to those of the next. */
export type Stage = (documents: Document[]) => Document[];

type CompileStage = (argument: unknown, now: Date) => Stage;

const each =
  (compile: (argument: unknown, now: Date) => (document: Document) => Document): CompileStage =>
  (argument, now) => {
    const shape = compile(argument, now);
    return (documents) => documents.map(shape);
  };

const STAGES: Record<string, CompileStage> = {
  $match: (filter, now) => {
    const matches = compileFilter(documentOf(filter, '$match'), now);
    return (documents) => documents.filter(matches);
  },
  $group: compileGroup,
  $sort: (sort) => {
    const order = compareBy(parseSort(sort));
    return (documents) => [...documents].sort(order);
  },
  $limit: (argument) => {
    const limit = toInteger(argument, '$limit');
    if (limit <= 0) throw new CommandError('BadValue', 'the limit must be positive');
    return (documents) => documents.slice(0, limit);
  },
  $skip: (argument) => {
    const skip = toInteger(argument, '$skip');
    if (skip < 0) throw new CommandError('BadValue', '$skip must be nonnegative');
    return (documents) => documents.slice(skip);
  },
  $count: (name) => {
    if (typeof name !== 'string' || name === '' || name.startsWith('$') || name.includes('.')) {
      throw new CommandError('BadValue', '$count needs the name of a field.');
    }
    return (documents) => (documents.length === 0 ? [] : [{ [name]: documents.length }]);
  },
  $project: each((specification, now) => {
    const fields = documentOf(specification, '$project');
    if (Object.keys(fields).length === 0) {
      throw new CommandError('BadValue', '$project needs at least one field.');
    }
    return compileProjection(fields, now);
  }),
  $set: each(compileSetFields),
  $addFields: each(compileSetFields),
  $unset: each(compileUnset),
  $replaceRoot: each((argument, now) => replaceWith(documentOf(argument, '$replaceRoot')['newRoot'], now)),
  $replaceWith: each(replaceWith),
  $unwind: compileUnwind,
  $facet: (facets, now) => {
    const stages = Object.entries(documentOf(facets, '$facet')).map(
      ([name, pipeline]) => [name, compilePipeline(pipeline, now)] as const,
    );
    return (documents) => [Object.fromEntries(stages.map(([name, run]) => [name, run(documents)]))];
  },
};

/**
 * Compiles an aggregation pipeline.
 * @param from index of the first stage to compile, if earlier ones are evaluated elsewhere
 * @throws 40324 for an unknown stage, NotImplemented for an unsupported one
 */
export function compilePipeline(pipeline: unknown, now: Date, from = 0): Stage {
  const stages = stagesOf(pipeline)
    .slice(from)
    .map(([name, argument]) => compileStage(name, argument, now));
  return (documents) => stages.reduce((rest, stage) => stage(rest), documents);
}

const UPDATE_STAGES = ['$set', '$addFields', '$unset', '$project', '$replaceRoot', '$replaceWith'];

/** Compiles the pipeline of an update into a function of one document. */
export function compileUpdatePipeline(pipeline: unknown, now: Date): (document: Document) => Document {
  const stages = stagesOf(pipeline);
  const refused = stages.find(([name]) => !UPDATE_STAGES.includes(name));
  if (refused) {
    throw new CommandError('InvalidOptions', `${refused[0]} is not allowed to be used within an update`);
  }
  const run = compilePipeline(pipeline, now);
  // Through BSON and back: drops missing computed fields and gives every value its stored type.
  return (document) => decode(encode({ ...keepId(document, run([document])[0] ?? {}) }));
}

/** A `$replaceWith` without an `_id` keeps the old one. */
function keepId(before: Document, after: Document): Document {
  return '_id' in after || before['_id'] === undefined ? after : { _id: before['_id'], ...after };
}

/** The stages as pairs of name and argument. */
export function stagesOf(pipeline: unknown): [string, unknown][] {
  if (!Array.isArray(pipeline)) throw new CommandError('TypeMismatch', "'pipeline' must be an array");
  return pipeline.map((stage: unknown) => {
    const entries = isDocument(stage) ? Object.entries(stage) : [];
    const [entry] = entries;
    if (!entry || entries.length !== 1) {
      throw new CommandError(
        'Location40323',
        'A pipeline stage specification object must contain exactly one field.',
      );
    }
    return entry;
  });
}

function compileStage(name: string, argument: unknown, now: Date): Stage {
  const compile = Object.hasOwn(STAGES, name) ? STAGES[name] : undefined;
  if (compile) return compile(argument, now);
  if (name in mingoStages || name === '$changeStream') throw notImplemented(`the stage ${name}`);
  throw new CommandError('Location40324', `Unrecognized pipeline stage name: '${name}'`);
}

function documentOf(argument: unknown, stage: string): Document {
  if (isDocument(argument)) return argument;
  throw new CommandError('FailedToParse', `The argument of ${stage} must be a document.`);
}

function replaceWith(expression: unknown, now: Date): (document: Document) => Document {
  const evaluate = compileExpression(expression, now);
  return (document) => {
    const root = evaluate(document);
    if (!isDocument(root)) {
      throw new CommandError('BadValue', "The 'newRoot' expression must evaluate to an object.");
    }
    return root;
  };
}

function compileUnwind(argument: unknown): Stage {
  const options: Document = isDocument(argument) ? argument : { path: argument };
  const { path, preserveNullAndEmptyArrays: preserve = false, ...others } = options;
  if (typeof path !== 'string' || !path.startsWith('$')) {
    throw new CommandError('FailedToParse', "The path of $unwind must start with '$'.");
  }
  if (Object.keys(others).length > 0) throw notImplemented(`$unwind with ${Object.keys(others).join()}`);
  const components = split(path.slice(1));
  if (components.some(isArrayIndex)) throw notImplemented('array positions in the path of $unwind');
  return (documents) =>
    documents.flatMap((document) => {
      const value = nestedField(document, components) ?? null;
      const items: unknown[] = Array.isArray(value) ? value : value === null ? [] : [value];
      if (items.length > 0) return items.map((item) => put(document, components, item));
      if (preserve !== true) return [];
      return [Array.isArray(value) ? compileUnset(path.slice(1))(document) : document];
    });
}

function put(document: Document, [name = '', ...rest]: string[], value: unknown): Document {
  const child = document[name];
  return { ...document, [name]: rest.length > 0 && isDocument(child) ? put(child, rest, value) : value };
}
