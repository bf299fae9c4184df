import { fork } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs a script in a separate process, sends it a request and waits for its reply.
 * @param script a compiled script; it replies to its first message
 */
export async function ask<Answer>(script: string, request: object): Promise<Answer> {
  const child = fork(script);
  child.send(request);
  return Promise.race([
    once(child, 'message').then(([message]) => message as Answer),
    once(child, 'exit').then(([code]) => {
      throw new Error(`${script} exited early with code ${String(code)}.`);
    }),
  ]);
}

/** The other side: replies to the first message, then exits; also exits if the parent is gone. */
export function answer(work: (request: never) => Promise<unknown>): void {
  process.once('disconnect', () => process.exit(1));
  process.once('message', (request) => {
    work(request as never).then(
      (result) => process.send?.(result, () => process.exit(0)),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}
