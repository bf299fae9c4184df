import { inspect } from 'node:util';
import { ScalingError } from '../src/errors';
import { TOKEN } from './fake-cluster';

/** The error of a call that must fail; no part of it may contain the token. */
export async function failure(call: Promise<unknown>): Promise<ScalingError> {
  const error: unknown = await call.then(
    (answer) => {
      throw new Error(`unexpected success: ${inspect(answer)}`);
    },
    (error: unknown) => error,
  );
  if (!(error instanceof ScalingError)) throw error;
  expect(error.message + inspect(error)).not.toContain(TOKEN);
  expect(error.message).not.toMatch(/undefined|\n/);
  return error;
}
