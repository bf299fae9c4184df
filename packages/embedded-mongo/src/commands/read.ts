import { Long } from 'bson';
import { CommandError } from '../errors';
import { compilePipeline, stagesOf } from '../pipeline';
import { compileProjection } from '../projection';
import { distinctValues, parseSort } from '../sort';
import { type Document, isDocument } from '../value';
import type { Command, Request } from './request';

/** Commands that read documents. */
export const readCommands: Record<string, Command> = {
  find: {
    fields: ['filter', 'sort', 'skip', 'limit', 'projection', 'batchSize', 'singleBatch'],
    run: find,
  },
  getMore: { fields: ['collection', 'batchSize'], run: getMore },
  killCursors: { fields: ['cursors'], run: killCursors },
  aggregate: { fields: ['pipeline', 'cursor'], run: aggregate },
  count: { fields: ['query', 'skip', 'limit', 'fields'], run: count },
  distinct: { fields: ['key', 'query'], run: distinct },
};

function find(request: Request): Document {
  const { body, namespace, now } = request;
  const projection = request.document('projection');
  const shape = Object.keys(projection).length > 0 ? compileProjection(projection, now) : undefined;
  const found = request.find({
    filter: request.document('filter'),
    sort: parseSort(request.document('sort')),
    skip: request.count('skip') ?? 0,
    limit: request.count('limit') ?? 0,
  });
  const documents = found.map(({ document }) => (shape ? shape(document) : document));
  const isSingleBatch = body['singleBatch'] === true;
  return { cursor: request.cursors.first(namespace, documents, request.count('batchSize'), isSingleBatch) };
}

function getMore(request: Request): Document {
  const id = request.body['getMore'];
  if (!(id instanceof Long)) throw new CommandError('TypeMismatch', "'getMore' must be a long.");
  const namespace = request.namespaceOf(request.body['collection']);
  const batchSize = request.count('batchSize');
  return { cursor: request.cursors.next(id, namespace, batchSize === 0 ? undefined : batchSize) };
}

function killCursors(request: Request): Document {
  const { cursors } = request.body;
  if (!Array.isArray(cursors) || !cursors.every((id) => id instanceof Long)) {
    throw new CommandError('TypeMismatch', "'cursors' must be an array of longs.");
  }
  const cursorsKilled = cursors.filter((id) => request.cursors.kill(id));
  const cursorsNotFound = cursors.filter((id) => !cursorsKilled.includes(id));
  return { cursorsKilled, cursorsNotFound, cursorsAlive: [], cursorsUnknown: [] };
}

function aggregate(request: Request): Document {
  const { body, cursors, namespace, now } = request;
  const cursor = body['cursor'];
  if (!isDocument(cursor)) throw new CommandError('FailedToParse', "The 'cursor' option is required.");
  // The first $match uses the indexes; the other stages process its result.
  const [[name, argument] = []] = stagesOf(body['pipeline']);
  const filter = name === '$match' && isDocument(argument) ? argument : undefined;
  const run = compilePipeline(body['pipeline'], now, filter ? 1 : 0);
  const documents = run(request.find({ filter: filter ?? {} }).map(({ document }) => document));
  return { cursor: cursors.first(namespace, documents, request.count('batchSize', cursor)) };
}

function count(request: Request): Document {
  const filter = request.document('query');
  const skip = request.count('skip') ?? 0;
  const limit = Math.abs(request.integer('limit') ?? 0);
  const isAll = Object.keys(filter).length === 0 && skip === 0 && limit === 0;
  return { n: isAll ? (request.collection?.size ?? 0) : request.find({ filter, skip, limit }).length };
}

function distinct(request: Request): Document {
  const { key } = request.body;
  if (typeof key !== 'string') throw new CommandError('TypeMismatch', "'key' must be a string.");
  const found = request.find({ filter: request.document('query') }).map(({ document }) => document);
  return { values: distinctValues(found, key) };
}
