import { CommandError } from '../errors';
import type { Document } from '../value';
import { adminCommands } from './admin';
import { catalogCommands } from './catalog';
import { readCommands } from './read';
import { assertArguments, assertConcerns, type Command, type Request } from './request';
import { writeCommands } from './write';

const COMMANDS: Record<string, Command> = {
  ...adminCommands,
  ...catalogCommands,
  ...readCommands,
  ...writeCommands,
};

/**
 * Runs one command synchronously, which makes it atomic. Afterwards a write is in memory, not yet on disk.
 * @returns the reply, and whether it must wait for the disk
 * @throws CommandNotFound, NotImplemented, and the errors of the command
 */
export function runCommand(request: Request): { reply: Document; writes: boolean } {
  const { name, body, store, retryable } = request;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new CommandError('CommandNotFound', `no such command: '${name}'`);
  if (command.fields) assertArguments(body, [name, ...command.fields], `the command ${name}`);
  assertConcerns(body);
  const writes = command.writes === true;
  if (!writes || !retryable) return { reply: command.run(request), writes };
  const { session, transaction } = retryable;
  const known = store.recall(session, transaction);
  if (known) return { reply: known, writes };
  const reply = command.run(request);
  store.remember(session, transaction, reply, request.now);
  return { reply, writes };
}
