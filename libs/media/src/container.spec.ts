import { sniffContainer } from './container';

const packets = (length: number, first: number) => {
  const head = Buffer.alloc(2048, 1);
  for (let at = first; at < head.length; at += length) head[at] = 0x47;
  return head;
};
const text = (content: string) => Buffer.from(content, 'latin1');

it.each([
  ['mov', text('\0\0\0\x18ftypisom')],
  ['mov', text('\0\0\0\x08wide\0\0\0\0mdat')],
  ['matroska', text('\x1aE\xdf\xa3\x01')],
  ['avi', text('RIFF\0\0\0\0AVI LIST')],
  ['flv', text('FLV\x01\x05')],
  ['mpegts', packets(188, 0)],
  ['mpegts', packets(192, 4)],
  ['mpegts', packets(204, 0)],
  ['mpegts', packets(188, 100)],
  ['mpegts', packets(188, 0).subarray(0, 3 * 188)],
])('recognizes %s', (container, head) => {
  expect(sniffContainer(head)).toBe(container);
});

it.each([
  ['nothing', Buffer.alloc(0)],
  ['a letter', text('G')],
  ['a playlist', text('#EXTM3U\n')],
  ['a WAV', text('RIFF\0\0\0\0WAVEfmt ')],
  ['an FLV of another version', text('FLV\x02\x05')],
  ['a box that cannot come first', text('\0\0\0\x18junkisom')],
  ['packets with one sync byte missing', packets(188, 0).fill(1, 4 * 188, 4 * 188 + 1)],
  ['one packet', packets(188, 0).subarray(0, 188)],
])('does not recognize %s', (_, head) => {
  expect(sniffContainer(head)).toBeUndefined();
});
