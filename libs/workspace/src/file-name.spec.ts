import { safeFileName } from './file-name';

describe('safeFileName', () => {
  it.each([
    ['clip.mp4', 'clip.mp4'],
    ['my holiday film.mp4', 'my holiday film.mp4'],
    ['한국어 비디오.mp4', '한국어 비디오.mp4'],
    ['🎬 it\'s "here".mp4', '🎬 it\'s "here".mp4'],
    ['../../etc/x.mp4', 'x.mp4'],
    ['..\\..\\windows\\x.mp4', 'x.mp4'],
    ['/abs/olute.mp4', 'olute.mp4'],
    ['-rf.mp4', 'rf.mp4'],
    ['...mp4', 'mp4'],
    ['..', 'video.mp4'],
    ['', 'video.mp4'],
    ['line\nbreak\u0000.mp4', 'linebreak.mp4'],
    ['no extension', 'no extension'],
  ])('%j becomes %j', (name, expected) => {
    expect(safeFileName(name)).toBe(expected);
  });

  it('shortens a long name to 200 bytes and keeps whole characters and the extension', () => {
    const name = safeFileName(`${'영'.repeat(200)}.mp4`);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
    expect(name).toMatch(/^영+\.mp4$/);
  });
});
