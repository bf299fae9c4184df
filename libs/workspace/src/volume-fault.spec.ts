import { VolumeFullError, VolumeGoneError, isVolumeFault } from './volume-fault';

const withCode = (code: string, message = 'no matter') => Object.assign(new Error(message), { code });

it.each([
  ['a full volume', withCode('ENOSPC')],
  ['a read-only volume', withCode('EROFS')],
  ['too little space', new VolumeFullError(1, 2)],
  ['another volume', new VolumeGoneError('/mnt')],
  ['what caused another error', new Error('failed', { cause: withCode('EDQUOT') })],
  ["ffmpeg's word for it", withCode('ENCODE_FAILED', '"target_1.avi" ...: No space left on device.')],
])('knows %s', (_, error) => {
  expect(isVolumeFault(error)).toBe(true);
});

it.each([
  ['another error', withCode('ENOENT')],
  ['no error', 'ENOSPC'],
  ['a file with such a name', withCode('DECODE_FAILED', '"No space left on device.mp4" cannot be decoded.')],
])('does not take %s for one', (_, error) => {
  expect(isVolumeFault(error)).toBe(false);
});
