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

it('takes another fault and a time to retry from where it is thrown', () => {
  const error = new SampleError('TRUNCATED', 'Ours.', { fault: 'unavailable', retryAfterS: 7 });
  expect(error).toMatchObject({ fault: 'unavailable', retryAfterS: 7 });
});

it.each([
  ['an error whose input is at fault', new SampleError('TRUNCATED', 'x'), true],
  ['one of the system', new SampleError('ENCODE_FAILED', 'x'), false],
  ['one that passes', new SampleError('QUEUE_FULL', 'x'), false],
  ['one whose place decides', new SampleError('BAD_IMAGE', 'x', { fault: 'system' }), false],
  ['a lookalike', Object.assign(new Error('x'), { fault: 'input' }), false],
  ['no error', undefined, false],
])('isInputFault of %s', (_, error, expected) => {
  expect(isInputFault(error)).toBe(expected);
});
