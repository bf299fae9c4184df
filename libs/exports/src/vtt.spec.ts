import { framesOf, textOf, video } from '../test/scene';
import { vtt } from './vtt';

const boxes = (...labels: string[]) =>
  labels.map((label) => ({
    ...{ label, classIndex: label === 'person' ? 0 : 1, score: 0.9 },
    box: [0.1, 0.2, 0.3, 0.6] as const,
  }));

/** Frames of 0.1 seconds: each text in `scene` holds for the given number of them. */
const write = (...scene: (readonly [frames: number, ...labels: string[]])[]) => {
  const labels = scene.flatMap(([count, ...labels]) => Array<string[]>(count).fill(labels));
  return textOf(
    vtt(framesOf(labels.map((of, n) => ({ n, boxes: boxes(...of) }))), {
      ...video,
      frameRate: { num: 10, den: 1 },
    }),
  );
};

it('has one caption while the counts stay the same', async () => {
  const text = await write([8, 'car', 'person'], [5], [6, 'car', 'person', 'car'], [7, 'person']);
  expect(text).toBe(
    [
      ...['WEBVTT', ''],
      ...['00:00:00.000 --> 00:00:00.800', '1 person, 1 car', ''],
      ...['00:00:01.300 --> 00:00:01.900', '2 car, 1 person', ''],
      ...['00:00:01.900 --> 00:00:02.600', '1 person', ''],
    ].join('\n'),
  );
});

it('leaves out what lasts less than half a second', async () => {
  const text = await write([8, 'person'], [1, 'person', 'car'], [9, 'person'], [1], [9, 'person']);
  expect(text).toBe('WEBVTT\n\n00:00:00.000 --> 00:00:02.800\n1 person\n');
});

it('shows every caption for half a second, even if all frames differ', async () => {
  const text = await write([1, 'car'], [1], [2, 'person'], [1, 'car', 'car'], [1], [6, 'car']);
  expect(text.match(/.*-->.*\n.*/g)).toEqual([
    '00:00:00.000 --> 00:00:00.500\n1 person',
    '00:00:00.500 --> 00:00:01.200\n1 car',
  ]);
});

it('has a caption unless most frames have no detections', async () => {
  expect((await write([2, 'car'], [2], [1, 'person'])).match(/-->.*\n.*/g)).toEqual([
    '--> 00:00:00.500\n1 car',
  ]);
  expect((await write([1, 'car'], [3], [1, 'person'])).match(/-->.*\n.*/g)).toBeNull();
});

it('adds a short rest to the caption before it', async () => {
  expect((await write([8, 'person'], [2, 'car'])).match(/-->.*\n.*/g)).toEqual([
    '--> 00:00:01.000\n1 person',
  ]);
});

it('shows a caption for a very short video', async () => {
  expect((await write([2, 'person'])).match(/-->.*\n.*/g)).toEqual(['--> 00:00:00.200\n1 person']);
});

it('counts hours, and rounds to milliseconds', async () => {
  const ntsc = { ...video, frameRate: { num: 30_000, den: 1001 } };
  expect(await textOf(vtt(framesOf([{ n: 3_000_000, boxes: boxes('person') }]), ntsc))).toBe(
    'WEBVTT\n\n27:48:20.000 --> 27:48:20.033\n1 person\n',
  );
});

it('ends a caption before missing frames', async () => {
  const gap = [0, 2].map((n) => ({ n, boxes: boxes('person') }));
  expect((await textOf(vtt(framesOf(gap), video))).match(/-->/g)).toHaveLength(2);
});

it('escapes markup', async () => {
  const text = await write([8, '<b>R&D</b> -->\n\n00:01']);
  expect(text.split('\n').slice(3)).toEqual(['1 &lt;b&gt;R&amp;D&lt;/b&gt; --&gt; 00:01', '']);
});
