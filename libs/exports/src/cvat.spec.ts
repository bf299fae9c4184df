import type { FrameDetections, TrackedDetection } from '#annotation';
import { framesOf, textOf, trackOf, video } from '../test/scene';
import { cvat } from './cvat';

const person = (left: number, more: Partial<TrackedDetection> = {}): TrackedDetection => ({
  ...{ label: 'person', classIndex: 0, score: 0.87, track: 1 },
  box: [left, 0.2, left + 0.2, 0.6],
  ...more,
});
const filled = (left: number) => person(left, { filled: true });
const frames = (...boxes: TrackedDetection[][]): FrameDetections[] =>
  boxes.map((of, n) => ({ n, boxes: of }));

const write = (of: readonly FrameDetections[], tracks = [trackOf({ firstFrame: 0, lastFrame: 4 })]) =>
  textOf(cvat(framesOf(of), { ...video, tracks }));

/** Frame, keyframe, outside and left edge of each box. */
const boxesIn = (text: string) =>
  [...text.matchAll(/<box frame="(\d+)" keyframe="(\d)" outside="(\d)" occluded="0" xtl="([\d.]+)"/g)].map(
    (found) => found.slice(1, 5).map(Number),
  );

it('has a track per object: key frames where it was detected, outside after its last box', async () => {
  const car = { label: 'a <"car">', classIndex: 2, score: 0.5, box: [0, 0, 1, 1] } as const;
  expect(await write(frames([person(0.1)], [filled(0.2)], [person(0.3)], [car], []))).toBe(`\
<?xml version="1.0" encoding="utf-8"?>
<annotations>
  <version>1.1</version>
  <meta>
    <task>
      <name>a &quot;street&quot;.mp4</name>
      <size>5</size>
      <mode>interpolation</mode>
      <overlap>0</overlap>
      <start_frame>0</start_frame>
      <stop_frame>4</stop_frame>
      <frame_filter></frame_filter>
      <labels>
      <label><name>person</name><type>rectangle</type><attributes></attributes></label>
      <label><name>a &lt;&quot;car&quot;&gt;</name><type>rectangle</type><attributes></attributes></label>
      </labels>
      <original_size><width>640</width><height>360</height></original_size>
      <source>a &quot;street&quot;.mp4</source>
    </task>
  </meta>
  <track id="1" label="person" source="auto">
    <box frame="0" keyframe="1" outside="0" occluded="0" xtl="64.00" ytl="72.00" xbr="192.00" ybr="216.00" z_order="0"></box>
    <box frame="1" keyframe="0" outside="0" occluded="0" xtl="128.00" ytl="72.00" xbr="256.00" ybr="216.00" z_order="0"></box>
    <box frame="2" keyframe="1" outside="0" occluded="0" xtl="192.00" ytl="72.00" xbr="320.00" ybr="216.00" z_order="0"></box>
    <box frame="3" keyframe="1" outside="1" occluded="0" xtl="192.00" ytl="72.00" xbr="320.00" ybr="216.00" z_order="0"></box>
  </track>
  <track id="2" label="a &lt;&quot;car&quot;&gt;" source="auto">
    <box frame="3" keyframe="1" outside="0" occluded="0" xtl="0.00" ytl="0.00" xbr="640.00" ybr="360.00" z_order="0"></box>
    <box frame="4" keyframe="1" outside="1" occluded="0" xtl="0.00" ytl="0.00" xbr="640.00" ybr="360.00" z_order="0"></box>
  </track>
</annotations>
`);
});

it('makes boxes key frames where CVAT would draw them elsewhere', async () => {
  const curve = frames([person(0.1)], [filled(0.15)], [filled(0.3)], [person(0.4)], [filled(0.4)]);
  expect(boxesIn(await write(curve))).toEqual([
    [0, 1, 0, 64],
    [1, 1, 0, 96],
    [2, 1, 0, 192],
    [3, 1, 0, 256],
    [4, 0, 0, 256], // CVAT repeats the last key frame; the video ends here
  ]);
});

it('is outside in frames without a box', async () => {
  const text = await write(frames([person(0.1)], [person(0.2)], [], [person(0.4)], [person(0.5)]));
  expect(boxesIn(text)).toEqual([
    [0, 1, 0, 64],
    [1, 1, 0, 128],
    [2, 1, 1, 128],
    [3, 1, 0, 256],
    [4, 1, 0, 320],
  ]);
});

it('leaves out tracks without boxes, and has a track per box in jobs without tracks', async () => {
  const none = await write(frames([], []));
  expect(none).not.toContain('<track');
  const untracked = frames([person(0.1)], [person(0.2)]);
  const text = await textOf(cvat(framesOf(untracked), video));
  expect(text.match(/<track id="(\d)"/g)).toEqual(['<track id="1"', '<track id="2"']);
});

it('replaces characters that XML cannot contain', async () => {
  const text = await write(frames([person(0.1, { label: 'a\u0000b\uD800c\uFFFFd😀', track: 7 })]), []);
  expect(text).toContain('label="a\uFFFDb\uFFFDc\uFFFDd😀"');
});
