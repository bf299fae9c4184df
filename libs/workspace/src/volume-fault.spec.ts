import { VolumeFullError, VolumeGoneError, isVolumeFault } from './volume-fault';

const withCode = (code: string, message = 'irrelevant') => Object.assign(new Error(message), { code });

it.each([
  ['a full volume', withCode('ENOSPC')],
  ['a read-only volume', withCode('EROFS')],
  ['too little space', new VolumeFullError(1, 2)],
  ['another volume', new VolumeGoneError('/mnt')],
  ['the cause of another error', new Error('failed', { cause: withCode('EDQUOT') })],
  ["ffmpeg's message", withCode('ENCODE_FAILED', '"target_1.avi" ...: No space left on device.')],
])('recognizes %s', (_, error) => {
  expect(isVolumeFault(error)).toBe(true);
});

it.each([
  ['another error', withCode('ENOENT')],
  ['no error', 'ENOSPC'],
  ['a file with such a name', withCode('DECODE_FAILED', '"No space left on device.mp4" cannot be decoded.')],
])('does not recognize %s', (_, error) => {
  expect(isVolumeFault(error)).toBe(false);
});
