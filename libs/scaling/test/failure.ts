import { inspect } from 'node:util';
import { ScalingError } from '../src/errors';
import { TOKEN } from './fake-cluster';

/** The error of a call that has to fail, as a user would see it; no part of it may hold the token. */
export async function failure(call: Promise<unknown>): Promise<ScalingError> {
  const error: unknown = await call.then(
    (answer) => {
      throw new Error(`it worked: ${inspect(answer)}`);
    },
    (error: unknown) => error,
  );
  if (!(error instanceof ScalingError)) throw error;
  expect(error.message + inspect(error)).not.toContain(TOKEN);
  expect(error.message).not.toMatch(/undefined|\n/);
  return error;
}
