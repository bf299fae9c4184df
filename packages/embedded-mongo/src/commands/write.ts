import { BSONRegExp } from 'bson';
import { type Collection, withId } from '../collection';
import { type CommandError, CommandError as Failure, toCommandError } from '../errors';
import { split } from '../path';
import { compileProjection } from '../projection';
import { parseSort } from '../sort';
import { compileUpdate, type Update } from '../update';
import { type Document, isDocument, isOperatorDocument } from '../value';
import { assertArguments, type Command, type Request } from './request';

/** Commands that change documents. */
export const writeCommands: Record<string, Command> = {
  insert: { fields: ['documents', 'ordered'], writes: true, run: insert },
  update: { fields: ['updates', 'ordered'], writes: true, run: update },
  delete: { fields: ['deletes', 'ordered'], writes: true, run: remove },
  findAndModify: {
    fields: ['query', 'sort', 'update', 'remove', 'new', 'fields', 'upsert'],
    writes: true,
    run: findAndModify,
  },
};
writeCommands['findandmodify'] = writeCommands['findAndModify'] as Command;

/** Runs all statements of a batch. A failed one stops an ordered batch and is reported in any batch. */
function runBatch(
  request: Request,
  statements: Document[],
  run: (statement: Document, index: number) => void,
): Document {
  const writeErrors: Document[] = [];
  for (const [index, statement] of statements.entries()) {
    try {
      run(statement, index);
    } catch (error) {
      writeErrors.push(writeError(index, toCommandError(error)));
      if (request.body['ordered'] !== false) break;
    }
  }
  return writeErrors.length > 0 ? { writeErrors } : {};
}

/** NotImplemented fails the whole command, so that it does not look like an error of one document. */
function writeError(index: number, { code, codeName, message, details }: CommandError): Document {
  if (codeName === 'NotImplemented' || codeName === 'InternalError') throw new Failure(codeName, message);
  return { index, code, ...details, errmsg: message };
}

function insert(request: Request): Document {
  const { store, namespace } = request;
  const documents = request.documents('documents');
  const collection = store.ensure(namespace);
  let n = 0;
  const errors = runBatch(request, documents, (document) => {
    store.insert(collection, withId(document));
    n++;
  });
  return { n, ...errors };
}

const UPDATE_FIELDS = ['q', 'u', 'multi', 'upsert'];

function update(request: Request): Document {
  const { store, now } = request;
  let [n, nModified] = [0, 0];
  const upserted: Document[] = [];
  const statements = request.documents('updates');
  for (const statement of statements) assertArguments(statement, UPDATE_FIELDS, 'an update');
  const errors = runBatch(request, statements, (statement, index) => {
    const filter = request.document('q', statement);
    const change = compileUpdate(statement['u'], now);
    const isMulti = statement['multi'] === true;
    if (isMulti && change.isReplacement) {
      throw new Failure('FailedToParse', 'multi update is not supported for replacement-style update');
    }
    const found = request.find({ filter, limit: isMulti ? 0 : 1 });
    for (const stored of found) {
      const next = change.apply(stored.document, false);
      const isModified = next !== stored.document;
      if (isModified) store.replace(collectionOf(request), stored, next);
      n++;
      if (isModified) nModified++;
    }
    if (found.length === 0 && statement['upsert'] === true) {
      const document = upsert(request, filter, change);
      upserted.push({ index, _id: document['_id'] });
      n++;
    }
  });
  return { n, nModified, ...(upserted.length > 0 ? { upserted } : {}), ...errors };
}

const collectionOf = ({ store, namespace }: Request): Collection => store.ensure(namespace);

function remove(request: Request): Document {
  const { store } = request;
  let n = 0;
  const statements = request.documents('deletes');
  for (const statement of statements) assertArguments(statement, ['q', 'limit'], 'a delete');
  const errors = runBatch(request, statements, (statement) => {
    const filter = request.document('q', statement);
    for (const stored of request.find({ filter, limit: request.count('limit', statement) ?? 0 })) {
      store.remove(collectionOf(request), stored);
      n++;
    }
  });
  return { n, ...errors };
}

function findAndModify(request: Request): Document {
  const { body, store, now } = request;
  const filter = request.document('query');
  const isRemove = body['remove'] === true;
  const change = isRemove ? undefined : compileUpdate(body['update'], now);
  if (isRemove && (body['update'] !== undefined || body['new'] === true || body['upsert'] === true)) {
    throw new Failure('FailedToParse', 'Cannot specify update, new or upsert together with remove');
  }
  const fields = request.document('fields');
  const shape =
    Object.keys(fields).length > 0 ? compileProjection(fields, now) : (document: Document) => document;
  const sort = parseSort(request.document('sort'));
  const [stored] = request.find({ filter, sort, limit: 1 });
  if (stored) {
    const collection = collectionOf(request);
    const before = stored.document;
    if (!change) {
      store.remove(collection, stored);
      return { lastErrorObject: { n: 1 }, value: shape(before) };
    }
    const after = change.apply(before, false);
    if (after !== before) store.replace(collection, stored, after);
    return {
      lastErrorObject: { n: 1, updatedExisting: true },
      value: shape(body['new'] === true ? after : before),
    };
  }
  if (!change) return { lastErrorObject: { n: 0 }, value: null };
  if (body['upsert'] !== true) return { lastErrorObject: { n: 0, updatedExisting: false }, value: null };
  const document = upsert(request, filter, change);
  return {
    lastErrorObject: { n: 1, updatedExisting: false, upserted: document['_id'] },
    value: body['new'] === true ? shape(document) : null,
  };
}

/** Inserts a document made from the equality conditions of the filter and the update. */
function upsert(request: Request, filter: Document, change: Update): Document {
  const demanded: Document = {};
  collectDemands(filter, demanded);
  const base: Document = change.isReplacement
    ? '_id' in demanded
      ? { _id: demanded['_id'] }
      : {}
    : demanded;
  const document = withId(change.apply(base, true));
  request.store.insert(collectionOf(request), document);
  return document;
}

/** Collects the fields that a filter requires to equal a value, also below `$and`; dotted paths become documents. */
function collectDemands(filter: Document, into: Document): void {
  for (const [key, condition] of Object.entries(filter)) {
    if (key === '$and' && Array.isArray(condition)) {
      for (const part of condition) if (isDocument(part)) collectDemands(part, into);
    } else if (!key.startsWith('$')) {
      if (condition instanceof BSONRegExp) continue; // a pattern, not a value
      if (!isOperatorDocument(condition)) plant(into, split(key), condition);
      else if ('$eq' in condition) plant(into, split(key), condition['$eq']);
    }
  }
}

function plant(document: Document, [name = '', ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    document[name] = value;
    return;
  }
  const child = isDocument(document[name]) ? { ...document[name] } : {};
  plant(child, rest, value);
  document[name] = child;
}
