import { BoxreelError, isInputFault } from './boxreel-error';

class SampleError extends BoxreelError {}

it('takes its name from its class and its fault from the table of codes', () => {
  const cause = new Error('why');
  const error = new SampleError('TRUNCATED', 'The file ends too early.', { cause });
  expect(error).toMatchObject({
    name: 'SampleError',
    code: 'TRUNCATED',
    fault: 'input',
    message: 'The file ends too early.',
    cause,
    retryAfterS: undefined,
  });
  expect(String(error)).toBe('SampleError: The file ends too early.');
  expect(Object.hasOwn(new SampleError('TRUNCATED', 'x'), 'cause')).toBe(false);
});

it('accepts another fault and a retry delay', () => {
  const error = new SampleError('TRUNCATED', 'x', { fault: 'unavailable', retryAfterS: 7 });
  expect(error).toMatchObject({ fault: 'unavailable', retryAfterS: 7 });
});

it.each([
  ['an input error', new SampleError('TRUNCATED', 'x'), true],
  ['a system error', new SampleError('ENCODE_FAILED', 'x'), false],
  ['a temporary error', new SampleError('QUEUE_FULL', 'x'), false],
  ['an error with another fault', new SampleError('BAD_IMAGE', 'x', { fault: 'system' }), false],
  ['a foreign error', Object.assign(new Error('x'), { fault: 'input' }), false],
  ['undefined', undefined, false],
])('isInputFault of %s', (_, error, expected) => {
  expect(isInputFault(error)).toBe(expected);
});
