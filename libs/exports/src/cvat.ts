import type { TrackEntry } from '#annotation/files';
import { trackElement, xml } from './cvat-track';
import { TrackBoxes } from './track-boxes';
import type { Frames, TrackedVideo } from './video';

/** Boxes that are collected at the same time: 10 MB. */
const MAX_BOXES = 200_000;

/**
 * CVAT's XML for videos, version 1.1 (https://docs.cvat.ai/docs/manual/advanced/xml_format/): one track per object, whose
 * boxes are key frames where they were detected. A detection without a track is a track of one frame.
 *
 * Boxes are stored by frame but written by track, so the frames are read several times: for the labels, for each group of
 * tracks with `MAX_BOXES` boxes, and for the detections without a track.
 */
export async function* cvat(frames: Frames, video: TrackedVideo): AsyncGenerator<string, void, undefined> {
  const { labels, tracks } = await census(frames, video.tracks ?? []);
  yield header(video, labels);
  for (const group of groups(tracks)) yield* tracksOf(group, frames, video);
  yield* untracked(frames, video);
  yield '</annotations>\n';
}

/** The labels of all boxes, and the tracks that have boxes. */
async function census(frames: Frames, tracks: readonly TrackEntry[]) {
  const labels = new Map<number, string>();
  const found = new Set<number>();
  for await (const { boxes } of frames) {
    for (const { classIndex, label, track } of boxes) {
      labels.set(classIndex, label);
      if (track !== undefined) found.add(track);
    }
  }
  const inOrder = [...labels].sort(([a], [b]) => a - b).map(([, label]) => label);
  return { labels: inOrder, tracks: tracks.filter(({ id }) => found.has(id)) };
}

function header({ filename, width, height, frames }: TrackedVideo, labels: readonly string[]): string {
  const name = xml(filename);
  const ofLabel = (label: string) =>
    `      <label><name>${xml(label)}</name><type>rectangle</type><attributes></attributes></label>`;
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<annotations>',
    '  <version>1.1</version>',
    '  <meta>',
    '    <task>',
    `      <name>${name}</name>`,
    `      <size>${frames}</size>`,
    '      <mode>interpolation</mode>',
    '      <overlap>0</overlap>',
    '      <start_frame>0</start_frame>',
    `      <stop_frame>${Math.max(0, frames - 1)}</stop_frame>`,
    '      <frame_filter></frame_filter>',
    '      <labels>',
    ...labels.map(ofLabel),
    '      </labels>',
    `      <original_size><width>${width}</width><height>${height}</height></original_size>`,
    `      <source>${name}</source>`,
    '    </task>',
    '  </meta>',
    '',
  ].join('\n');
}

/** Consecutive tracks with up to MAX_BOXES boxes; one with more is a group of its own. */
function* groups(tracks: readonly TrackEntry[]): Generator<TrackEntry[]> {
  let group: TrackEntry[] = [];
  let boxes = 0;
  for (const track of tracks) {
    if (group.length > 0 && boxes + track.boxes > MAX_BOXES) {
      yield group;
      [group, boxes] = [[], 0];
    }
    group.push(track);
    boxes += track.boxes;
  }
  if (group.length > 0) yield group;
}

async function* tracksOf(
  group: readonly TrackEntry[],
  frames: Frames,
  video: TrackedVideo,
): AsyncGenerator<string, void, undefined> {
  const end = Math.max(...group.map(({ lastFrame }) => lastFrame));
  const collected = new Map(group.map(({ id, boxes }) => [id, new TrackBoxes(boxes)]));
  for await (const { n, boxes } of frames) {
    if (n > end) break;
    for (const { track, box, filled } of boxes) {
      if (track !== undefined) collected.get(track)?.add(n, box, filled === true);
    }
  }
  for (const { id, label } of group) {
    const boxes = collected.get(id);
    if (boxes) yield* trackElement({ id, label, boxes: [...boxes.all()] }, video);
  }
}

/** Detections without a track. Their ids continue those of the tracks. */
async function* untracked(frames: Frames, video: TrackedVideo): AsyncGenerator<string, void, undefined> {
  const known = new Set(video.tracks?.map(({ id }) => id));
  let id = video.tracks?.at(-1)?.id ?? 0;
  for await (const { n, boxes } of frames) {
    for (const { track, label, box } of boxes) {
      if (track !== undefined && known.has(track)) continue;
      yield* trackElement({ id: ++id, label, boxes: [{ n, box, filled: false }] }, video);
    }
  }
}
