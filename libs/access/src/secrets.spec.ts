import { createHash } from 'node:crypto';
import { nameOf, sameSecret } from './secrets';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const keys = ['alice', 'bob'].map((name) => ({ name, sha256: sha256(`key of ${name}`) }));

it('compares secrets of any length', () => {
  expect(sameSecret('secret', 'secret')).toBe(true);
  for (const other of ['', 'secre', 'secret ', 'Secret', '시크릿', 'x'.repeat(100_000)]) {
    expect(sameSecret(other, 'secret')).toBe(false);
  }
});

it('returns the name of a key', () => {
  expect(nameOf('key of alice', keys)).toBe('alice');
  expect(nameOf('key of bob', keys)).toBe('bob');
});

it('rejects hashes, names and empty keys', () => {
  for (const wrong of ['', 'alice', 'key of', 'key of alice ', keys[0]!.sha256]) {
    expect(nameOf(wrong, keys)).toBeUndefined();
  }
  expect(nameOf('key of alice', [])).toBeUndefined();
});
