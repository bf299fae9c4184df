import type { FrameDetections, TrackEntry } from '#annotation';
import type { Frames, TrackedVideo } from '../src/video';

export const video: TrackedVideo = {
  ...{ id: '64b000000000000000000001', filename: 'a "street".mp4', frames: 5 },
  ...{ width: 640, height: 360, frameRate: { num: 25, den: 2 } },
  tracks: undefined,
};

/** Frames that can be read several times. */
export function framesOf(
  frames: readonly FrameDetections[] | (() => AsyncGenerator<FrameDetections>),
): Frames {
  const read = async function* () {
    await Promise.resolve(); // eslint requires an await in an async generator
    if (typeof frames !== 'function') yield* frames;
  };
  return {
    ...{ maximum: 1_000_000, date: new Date('2026-03-04T05:06:08Z') },
    [Symbol.asyncIterator]: () => (typeof frames === 'function' ? frames() : read()),
  };
}

export function trackOf(
  facts: Partial<TrackEntry> & Pick<TrackEntry, 'firstFrame' | 'lastFrame'>,
): TrackEntry {
  const boxes = facts.lastFrame - facts.firstFrame + 1;
  return {
    ...{ id: 1, label: 'person', classIndex: 0, bestScore: 0.87, bestFrame: facts.firstFrame },
    ...{ firstTime: facts.firstFrame / 12.5, lastTime: facts.lastFrame / 12.5, boxes, detections: boxes },
    ...{ meanBox: [0.2, 0.2, 0.4, 0.6], path: [[facts.firstFrame, 0.2, 0.6]] },
    ...facts,
  };
}

export async function textOf(pieces: AsyncIterable<string | Buffer>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece.toString();
  return text;
}
