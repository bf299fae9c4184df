import type { ImageSize, RgbImage } from '#detection';
import type { JobFrames } from '#frames';
import { frameGroups } from './frame-groups';

/** A group of frames, and the image of the first. */
export interface GroupImage {
  readonly frames: readonly number[];
  /** A file, or pixels. */
  readonly image: string | RgbImage;
  /** Lets the memory of the image be reused. */
  readonly release: () => void;
}

interface GroupOptions {
  /** Source frames of a group. */
  readonly step: number;
  /** First output frame, the start of a group. */
  readonly from: number;
  /** Says at which size frames are decoded. */
  readonly detector: { readonly decodingSize: (video: ImageSize) => ImageSize };
  readonly threads: number;
  readonly signal: AbortSignal;
}

/** The images to run detection on, in order. Frames that are not stored are decoded at the size of the detector's input. */
export async function* groupImages(
  source: JobFrames,
  { step, from, detector, threads, signal }: GroupOptions,
): AsyncGenerator<GroupImage, void, undefined> {
  const groups = frameGroups(source.timeline, step, from);
  if (source.stored) {
    for (const frames of groups) {
      yield { frames, image: source.file(frames[0] ?? 0), release: () => undefined };
    }
    return;
  }
  if (from >= source.timeline.frames) return;
  const size = detector.decodingSize(source.size);
  const first = source.timeline.sourceFrameAt(from);
  for await (const { rgb, release } of source.pixels({ step, from: first, size, threads, signal })) {
    const group = groups.next();
    if (group.done) throw new Error(`the source has more than ${source.timeline.sourceFrames} frames`);
    yield { frames: group.value, image: { ...size, rgb }, release };
  }
}
