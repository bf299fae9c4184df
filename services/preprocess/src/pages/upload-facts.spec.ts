import { readPreprocessConfig } from '#config';
import { uploadFacts } from './upload-facts';

const facts = (env: Record<string, string>) =>
  uploadFacts(readPreprocessConfig({ MONGODB_URI: 'mongodb://127.0.0.1/', ...env }));

it.each<[Record<string, string>, string]>([
  [{}, 'up to 2.1 GB, 4 h, 9.4 megapixels and 300 fps.'],
  [{ UPLOAD_MAX_BYTES: '500000', VIDEO_MAX_SECONDS: '90' }, 'up to 500 kB, 1 min 30 s, '],
  [{ UPLOAD_MAX_BYTES: '25000000', VIDEO_MAX_SECONDS: '600' }, 'up to 25 MB, 10 min, '],
])('describes the limits of %j', (env, words) => {
  expect(facts(env).sentence).toContain(words);
});

it('passes the limits to the script as numbers', () => {
  expect(facts({ UPLOAD_MAX_BYTES: '5', VIDEO_MAX_SECONDS: '7' })).toMatchObject({
    bytes: 5,
    seconds: 7,
    nameBytes: 1024,
    keepHours: 24,
    endings: expect.stringMatching(/^\.mp4,\.m4v,.*\.flv$/) as string,
  });
});
