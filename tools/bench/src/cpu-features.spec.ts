import { cpuFeatures } from './cpu-features';

describe('cpuFeatures', () => {
  it.each([
    [
      'x86',
      'model name\t: X\nflags\t\t: fpu avx avx2 avx512f fma avx512_vnni\n',
      ['avx2', 'avx512f', 'avx512_vnni'],
    ],
    ['ARM', 'processor\t: 0\nFeatures\t: fp asimd asimddp i8mm\n', ['asimddp', 'i8mm']],
    ['an unknown system', '', []],
  ])('lists what matters on %s', (_name, cpuInfo, expected) => {
    expect(cpuFeatures(cpuInfo)).toEqual(expected);
  });
});
