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
    ['holiday\u202e4pm.exe', 'holiday4pm.exe'],
    ['\u2066a\u2069\u200f.mp4', 'a.mp4'],
    ['e\u0301te\u0301.mp4', '\u00e9t\u00e9.mp4'],
    ['\u1112\u1161\u11ab.mp4', '\ud55c.mp4'],
    ['\u0000../\u0000.mp4', 'mp4'],
    ['a\ud800.mp4', 'a.mp4'],
    ['\u{1f468}\u200d\u{1f469}\u200d\u{1f467}.mp4', '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}.mp4'],
  ])('turns %j into %j', (name, expected) => {
    expect(safeFileName(name)).toBe(expected);
  });

  it('shortens a long name to 200 bytes and keeps whole characters and the extension', () => {
    const name = safeFileName(`${'영'.repeat(200)}.mp4`);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
    expect(name).toMatch(/^영+\.mp4$/);
  });
});
