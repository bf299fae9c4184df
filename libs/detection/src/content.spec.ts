import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeContent, describeFile } from './content';

describe('describeContent', () => {
  it.each([
    ['an HTML page', '<!DOCTYPE html>\n<html>'],
    ['an HTML page', '\n  <!-- saved -->\n<HTML lang="en">'],
    ['an HTML page', '\xef\xbb\xbf<html>'],
    ['an SVG drawing', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['an XML document', '<?xml version="1.0"?><error/>'],
    ['a JSON document', '{"error":"not found"}'],
    ['a Git LFS pointer (the file itself was not fetched)', 'version https://git-lfs.github.com/spec/v1\n'],
    ['a JPEG image', '\xff\xd8\xff\xe0'],
    ['a PNG image', '\x89PNG\r\n\x1a\n'],
    ['a GIF image', 'GIF89a'],
    ['a WebP image', 'RIFF\x01\x02\x03\x04WEBPVP8 '],
    ['a HEIC or AVIF image', '\0\0\0\x18ftypheic'],
    ['a video', '\0\0\0\x20ftypisom'],
    ['a video', '\x1a\x45\xdf\xa3'],
    ['a PDF document', '%PDF-1.7'],
    ['a ZIP archive', 'PK\x03\x04'],
    ['empty', ''],
  ])('knows %s', (what, bytes) => {
    expect(describeContent(Buffer.from(bytes, 'latin1'))).toBe(what);
  });

  it('returns undefined for unknown content such as text or an ONNX model', () => {
    expect(describeContent(Buffer.from('some text'))).toBeUndefined();
    expect(describeContent(Buffer.from('\x08\x08\x12\x07pytorch', 'latin1'))).toBeUndefined();
  });

  it('reads the start of a file', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'content-'));
    try {
      const file = join(dir, 'model.onnx');
      await writeFile(file, `<html>${'x'.repeat(5000)}`);
      expect(await describeFile(file)).toBe('an HTML page');
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});
