/** The MongoDB error codes of this server, by official name. */
const CODES = {
  InternalError: 1,
  BadValue: 2,
  FailedToParse: 9,
  Unauthorized: 13,
  TypeMismatch: 14,
  IllegalOperation: 20,
  NamespaceNotFound: 26,
  PathNotViable: 28,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  DollarPrefixedFieldName: 52,
  InvalidIdField: 53,
  EmptyFieldName: 56,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  UnsatisfiableWriteConcern: 100,
  InvalidPipelineOperator: 168,
  CannotIndexParallelArrays: 171,
  TransactionTooOld: 225,
  NotImplemented: 238,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
  Location16410: 16410,
  Location17276: 17276,
  Location40324: 40324,
  Location40323: 40323,
} as const;

export type CodeName = keyof typeof CODES;

/** An error with a MongoDB code: becomes the `{ ok: 0 }` reply, or a write error of a batch. */
export class CommandError extends Error {
  readonly code: number;

  /** @param details further fields of the reply, such as `keyPattern` and `keyValue` of a duplicate key */
  constructor(
    readonly codeName: CodeName,
    message: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = 'CommandError';
    this.code = CODES[codeName];
  }
}

/** The error for a MongoDB feature that this server lacks. */
export function notImplemented(what: string): CommandError {
  return new CommandError('NotImplemented', `The embedded server does not support ${what}.`);
}

/**
 * Converts any error thrown by a command. Library errors (a value that is not BSON, an operator that refuses its
 * arguments) are the caller's; others are internal.
 */
export function toCommandError(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  if (!(error instanceof Error)) return new CommandError('InternalError', String(error));
  const callers = error.name.startsWith('BSON') || error.constructor.name === 'MingoError';
  return new CommandError(callers ? 'BadValue' : 'InternalError', error.message);
}
