import { readFrames } from '#annotation/files';
import type { Layout, LayoutEvents } from '#contract';
import { createEventCounter } from './counter';

/** What counting needs to know of a video: pixels as displayed, frames per second. */
interface CountedVideo {
  readonly width: number;
  readonly height: number;
  readonly frameRate: { readonly num: number; readonly den: number };
}

/**
 * Counts at lines and zones from a `detections.ndjson` with tracks, keeping one frame in memory.
 *
 * @throws AnnotationError BAD_SCORES if a line is invalid; the file system's error if the file cannot be read
 */
export async function countEvents(
  detections: string,
  layout: Layout,
  { width, height, frameRate: { num, den } }: CountedVideo,
): Promise<LayoutEvents> {
  const frameRate = num / den;
  const counter = createEventCounter(layout, { frameRate, size: { width, height } });
  for await (const { n, boxes } of readFrames(detections)) counter.update(n, boxes);
  return { layout, frameRate, ...counter.finish() };
}
