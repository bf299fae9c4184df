import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuGainsFromInt8 } from './precision';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'cpu-'));
});
afterAll(() => rm(dir, { recursive: true }));

it.each([
  ['x86 with VNNI', 'processor\t: 0\nflags\t\t: fpu avx2 avx512_vnni\n\nprocessor : 1\n', true],
  ['x86 with AVX-VNNI', 'flags : avx2 avx_vnni\n', true],
  ['x86 without', 'flags\t\t: fpu avx2 vaes\n', false],
  ['ARM with dot products', 'Features\t: fp asimd asimddp\n', true],
  ['ARM without', 'Features\t: fp asimd\n', false],
  ['something else', 'isa : rv64imafdc\n', undefined],
])('reads the features of %s', async (_, text, expected) => {
  const file = join(dir, 'cpuinfo');
  await writeFile(file, text);
  expect(await cpuGainsFromInt8(file)).toBe(expected);
});

it('does not know a system without this file', async () => {
  expect(await cpuGainsFromInt8(join(dir, 'missing'))).toBeUndefined();
});
