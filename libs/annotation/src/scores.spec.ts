import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeFrame, readFrames, withScoreAbove, type FrameDetections } from './scores';

describe('scores file', () => {
  let folder: string;
  let file: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boxreel-'));
    file = join(folder, 'scores.ndjson');
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function read(text: string): Promise<FrameDetections[]> {
    await writeFile(file, text);
    const frames = [];
    for await (const frame of readFrames(file)) frames.push(frame);
    return frames;
  }

  const person = { label: 'person', classIndex: 0, score: 0.87, box: [0.1, 0.2, 0.3, 0.4] as const };

  it('has one line of JSON per frame', () => {
    expect(encodeFrame(0, [person])).toBe(
      '{"n":0,"boxes":[{"label":"person","classIndex":0,"score":0.87,"box":[0.1,0.2,0.3,0.4]}]}\n',
    );
    expect(encodeFrame(7, [])).toBe('{"n":7,"boxes":[]}\n');
  });

  it('survives encoding and reading', async () => {
    const korean = { ...person, label: '사람 "1"\n\u2028\u2029\u0085', score: 1 };
    const text = encodeFrame(0, [person, korean]) + encodeFrame(1, []);
    expect(await read(text)).toEqual([
      { n: 0, boxes: [person, korean] },
      { n: 1, boxes: [] },
    ]);
    expect(await read('')).toEqual([]);
  });

  it('keeps detections below the threshold apart, and returns them for another score', async () => {
    const dog = { ...person, label: 'dog', score: 0.3 };
    const cat = { ...person, label: 'cat', score: 0.15 };
    const text = encodeFrame(0, [person], [dog, cat]) + encodeFrame(1, [], [cat]);
    const frames = await read(text);
    expect(frames).toEqual([
      { n: 0, boxes: [person], low: [dog, cat] },
      { n: 1, boxes: [], low: [cat] },
    ]);
    await writeFile(file, text);
    const above = [];
    for await (const frame of withScoreAbove(readFrames(file), 0.15)) above.push(frame);
    expect(above).toEqual([
      { n: 0, boxes: [person, dog] },
      { n: 1, boxes: [] },
    ]);
  });

  it('returns whole tracks for another score', async () => {
    const [strong, weak] = [
      { ...person, score: 0.3, track: 1 },
      { ...person, score: 0.3, track: 2 },
    ];
    await writeFile(file, encodeFrame(0, [strong, weak]));
    const best = new Map([
      [1, 0.9],
      [2, 0.5],
    ]);
    const { value } = await withScoreAbove(readFrames(file), 0.5, best).next();
    expect(value?.boxes).toEqual([strong]);
  });

  it('keeps an unknown score', async () => {
    expect(await read(encodeFrame(0, [{ ...person, score: NaN }]))).toEqual([
      { n: 0, boxes: [{ ...person, score: NaN }] },
    ]);
  });

  it('returns a detection with an unknown score for every other score', async () => {
    const unknown = { ...person, score: NaN };
    await writeFile(file, encodeFrame(0, [person, unknown]));
    const above = async (score: number) => {
      const { value } = await withScoreAbove(readFrames(file), score).next();
      return value?.boxes;
    };
    expect(await above(0)).toEqual([person, unknown]);
    expect(await above(1)).toEqual([unknown]);
  });

  it.each(['nonsense', '{"n":1}', '{"n":1,"boxes":[{"label":"x"}]}', '{"n":-1,"boxes":[]}', ''])(
    'rejects the line %j, naming its number',
    async (line) => {
      const reading = read(`${encodeFrame(0, [])}${line}\n${encodeFrame(2, [])}`);
      await expect(reading).rejects.toMatchObject({
        code: 'BAD_SCORES',
        message: 'Line 2 of "scores.ndjson" is not a valid frame of detections.',
      });
    },
  );

  it('stops reading when the consumer stops', async () => {
    await writeFile(file, Array.from({ length: 5000 }, (_, n) => encodeFrame(n, [person])).join(''));
    for await (const { n } of readFrames(file)) {
      if (n === 3) break;
    }
    await rm(file);
  });

  it('reports a missing file', async () => {
    await expect(readFrames(join(folder, 'missing')).next()).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
