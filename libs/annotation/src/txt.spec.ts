import { formatTxt, parseTxt } from './txt';

describe('txt', () => {
  it('has five lines per detection: left, top, right, bottom, class index', () => {
    const text = formatTxt([
      { box: [0, 0.25, 0.5, 1], classIndex: 0 },
      { box: [0.1, 0.2, 0.3, 0.4], classIndex: 79 },
    ]);
    expect(text).toBe('0\n0.25\n0.5\n1\n0\n0.1\n0.2\n0.3\n0.4\n79\n');
  });

  it('is empty without detections', () => {
    expect(formatTxt([])).toBe('');
    expect(parseTxt('')).toEqual([]);
  });

  it('survives formatting and parsing, to a millionth', () => {
    const detections = [{ box: [Math.fround(0.1), 1 / 3, 0.5, 1e-9] as const, classIndex: 17 }];
    expect(parseTxt(formatTxt(detections))).toEqual([{ box: [0.1, 0.333333, 0.5, 0], classIndex: 17 }]);
  });

  it('accepts the number formats and line ends of other programs', () => {
    expect(parseTxt('1e-3\r\n.5\r\n0.75\r\n1.0\r\n3')).toEqual([
      { box: [0.001, 0.5, 0.75, 1], classIndex: 3 },
    ]);
  });

  it.each([
    ['0.1\n0.2\n0.3\n', 3, 'ends inside a detection'],
    ['0.1\nleft\n0.3\n0.4\n1\n', 2, 'found "left"'],
    ['0.1\n0.2\n0.3\n1.4\n1\n', 4, 'from 0 to 1'],
    ['0.1\n\n0.3\n0.4\n1\n', 2, 'found ""'],
    ['0\n0\n1\n1\n2\n0\n0\n1\n1\n1.5\n', 10, 'class index'],
    ['0\n0\n1\n1\n-1\n', 5, 'class index'],
  ])('rejects %j, naming line %i', (text, line, problem) => {
    expect(() => parseTxt(text)).toThrow(
      expect.objectContaining({
        code: 'BAD_TXT',
        message: expect.stringMatching(new RegExp(`^Line ${line} .*${problem}`)) as string,
      }) as Error,
    );
  });
});
