import { Long } from 'bson';
import { CommandError, notImplemented } from '../errors';
import { compileFilter } from '../filter';
import { isNumeric, toNumber } from '../numbers';
import { type Document, isDocument } from '../value';
import { assertArguments, type Command, type Request } from './request';

/** Commands about databases, collections and indexes. */
export const catalogCommands: Record<string, Command> = {
  listDatabases: { fields: ['filter', 'nameOnly', 'authorizedDatabases'], run: listDatabases },
  listCollections: {
    fields: ['filter', 'nameOnly', 'authorizedCollections', 'cursor'],
    run: listCollections,
  },
  create: { fields: ['idIndex'], writes: true, run: create },
  drop: { fields: [], writes: true, run: drop },
  dropDatabase: { fields: [], writes: true, run: dropDatabase },
  createIndexes: { fields: ['indexes', 'commitQuorum'], writes: true, run: createIndexes },
  listIndexes: { fields: ['cursor'], run: listIndexes },
};

function listDatabases(request: Request): Document {
  const names = [...new Set(request.store.list().map(({ namespace }) => namespace.split('.')[0] ?? ''))];
  const matches = compileFilter(request.document('filter'), request.now);
  const databases = names
    .map((name) => ({ name, sizeOnDisk: Long.ZERO, empty: false }))
    .filter(matches)
    .map((database) => (request.body['nameOnly'] === true ? { name: database.name } : database));
  return { databases, ...(request.body['nameOnly'] === true ? {} : { totalSize: Long.ZERO }) };
}

function listCollections(request: Request): Document {
  const matches = compileFilter(request.document('filter'), request.now);
  const collections = request.store
    .list(request.database)
    .map(({ namespace }) => ({
      name: namespace.slice(request.database.length + 1),
      type: 'collection',
      options: {},
      info: { readOnly: false },
      idIndex: { v: 2, key: { _id: 1 }, name: '_id_' },
    }))
    .filter(matches)
    .map((info) => (request.body['nameOnly'] === true ? { name: info.name, type: info.type } : info));
  const batchSize = request.count('batchSize', request.document('cursor'));
  return {
    cursor: request.cursors.first(`${request.database}.$cmd.listCollections`, collections, batchSize),
  };
}

function create(request: Request): Document {
  if (request.collection) {
    throw new CommandError('NamespaceExists', `Collection ${request.namespace} already exists.`);
  }
  request.store.ensure(request.namespace);
  return {};
}

function drop(request: Request): Document {
  const { collection } = request;
  if (!collection) return {}; // as in MongoDB 7
  request.store.drop(collection);
  return { nIndexesWas: collection.indexes.size, ns: collection.namespace };
}

function dropDatabase(request: Request): Document {
  for (const collection of request.store.list(request.database)) request.store.drop(collection);
  return { dropped: request.database };
}

function createIndexes(request: Request): Document {
  const createdCollectionAutomatically = !request.collection;
  const specifications = request.documents('indexes').map(readSpecification);
  const collection = request.store.ensure(request.namespace);
  const numIndexesBefore = collection.indexes.size;
  for (const specification of specifications) request.store.createIndex(collection, specification);
  const numIndexesAfter = collection.indexes.size;
  const note = numIndexesAfter === numIndexesBefore ? { note: 'all indexes already exist' } : {};
  return { numIndexesBefore, numIndexesAfter, createdCollectionAutomatically, ...note };
}

const DEFAULTED = ['unique', 'sparse', 'background', 'hidden'];

function readSpecification(given: Document): Document {
  assertArguments(
    { ...given, ns: undefined },
    ['v', 'key', 'name', 'unique', 'sparse', 'background', 'partialFilterExpression', 'expireAfterSeconds'],
    'an index',
  );
  const { key, name, ...options } = given;
  if (!isDocument(key) || typeof name !== 'string') {
    throw new CommandError('CannotCreateIndex', 'An index needs a key and a name.');
  }
  const { expireAfterSeconds } = options;
  if (expireAfterSeconds !== undefined) {
    if (!isNumeric(expireAfterSeconds) || toNumber(expireAfterSeconds) < 0) {
      throw new CommandError('CannotCreateIndex', 'expireAfterSeconds must be a number of at least 0.');
    }
    if (Object.keys(key).length !== 1 || '_id' in key)
      throw new CommandError('CannotCreateIndex', 'A TTL index must have exactly one field, other than _id.');
  }
  if (options['sparse'] === true && options['partialFilterExpression'] !== undefined) {
    throw notImplemented('indexes both sparse and partial');
  }
  const meaningful = Object.entries(options).filter(
    ([option, value]) =>
      !(DEFAULTED.includes(option) && value === false) &&
      !['v', 'ns', 'background', 'comment', 'collation'].includes(option),
  );
  return { v: 2, key, name, ...Object.fromEntries(meaningful) };
}

function listIndexes(request: Request): Document {
  const { collection, namespace } = request;
  if (!collection) throw new CommandError('NamespaceNotFound', `ns does not exist: ${namespace}`);
  const indexes = [...collection.indexes.values()].map(({ specification }) => specification);
  const batchSize = request.count('batchSize', request.document('cursor'));
  return { cursor: request.cursors.first(namespace, indexes, batchSize) };
}
