import { transpose } from './tensor';

describe('transpose', () => {
  it('permutes axes', () => {
    // [2, 3] to [3, 2]
    const { shape, data } = transpose(Float32Array.from([1, 2, 3, 4, 5, 6]), [2, 3], [1, 0]);
    expect(shape).toEqual([3, 2]);
    expect([...data]).toEqual([1, 4, 2, 5, 3, 6]);
  });

  it('permutes a kernel from height, width, in, out to out, in, height, width', () => {
    // value = 1000 h + 100 w + 10 in + out
    const source: number[] = [];
    for (const h of [0, 1])
      for (const w of [0, 1, 2])
        for (const i of [0, 1])
          for (const o of [0, 1]) {
            source.push(1000 * h + 100 * w + 10 * i + o);
          }
    const { shape, data } = transpose(Float32Array.from(source), [2, 3, 2, 2], [3, 2, 0, 1]);
    expect(shape).toEqual([2, 2, 2, 3]);
    expect([...data.slice(0, 6)]).toEqual([0, 100, 200, 1000, 1100, 1200]); // out 0, in 0
    expect([...data.slice(18)]).toEqual([11, 111, 211, 1011, 1111, 1211]); // out 1, in 1
  });
});
