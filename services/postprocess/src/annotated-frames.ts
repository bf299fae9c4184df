import { readFile, writeFile } from 'node:fs/promises';
import {
  FrameBuffers,
  JpegBuffers,
  TrackStyle,
  annotateJpeg,
  annotatePixels,
  type Drawn,
  type FrameDetections,
  type TrackStyleOptions,
  type TrackedDetection,
} from '#annotation';
import { cpuLimit } from '#config';
import { mapOrdered } from '#flow';
import type { JobFrames } from '#frames';
import { linkOrCopy } from '#media';
import { tarName, type Attempt } from '#workspace';
import type { TrackImages } from './track-images';

/** Frames annotated at the same time: enough to keep every core busy during reads and writes. */
const CONCURRENCY = 2 * cpuLimit() + 1;

/** An annotated source frame, and the detections of each output frame that shows it. */
interface AnnotatedFrame {
  readonly jpeg: Buffer;
  readonly detections: readonly (readonly TrackedDetection[])[];
}

interface AnnotationOptions {
  readonly source: JobFrames;
  /** Of each output frame. */
  readonly detections: AsyncGenerator<FrameDetections>;
  readonly attempt: Attempt;
  /** JPEG quality, 1..100. */
  readonly quality: number;
  readonly style: TrackStyleOptions;
  readonly trackImages: TrackImages;
  readonly signal: AbortSignal;
}

/** Annotates all frames, in order. If frames are stored, the annotated ones are, too: as `tar_frame/tar_<n>.jpg`. */
export function annotatedFrames(options: AnnotationOptions): AsyncGenerator<AnnotatedFrame, void, undefined> {
  return options.source.stored ? annotateStored(options) : annotateDecoded(options);
}

function annotateStored({ source, attempt, quality, trackImages, signal, ...rest }: AnnotationOptions) {
  const buffers = new FrameBuffers(source.size);
  const annotate = async ({ first, repeats, drawn, detections }: FrameSpan) => {
    const frame = await readFile(source.file(first));
    const jpeg = await annotateJpeg(frame, drawn, {
      ...{ quality, buffers },
      beforeDrawing: (image) => trackImages.write(first, image, drawn),
    });
    const target = attempt.path('tar_frame', tarName(first));
    await writeFile(target, jpeg);
    for (const n of repeats) await linkOrCopy(target, attempt.path('tar_frame', tarName(n)));
    return { jpeg, detections };
  };
  return mapOrdered(groupRepeats({ source, ...rest }), CONCURRENCY, annotate, signal);
}

function annotateDecoded(options: AnnotationOptions) {
  const { source, quality, trackImages, signal } = options;
  const { width, height } = source.size;
  const buffers = new JpegBuffers(source.size);
  const annotate = async ({
    first,
    rgb,
    release,
    drawn,
    detections,
  }: DecodedSpan): Promise<AnnotatedFrame> => {
    await trackImages.write(first, { data: rgb, width, height }, drawn);
    const jpeg = await annotatePixels(rgb, width, height, drawn, quality, buffers);
    release();
    return { jpeg, detections };
  };
  return mapOrdered(decodedSpans(options), CONCURRENCY, annotate, signal);
}

/** An output frame and its repeats, which show the same image. */
interface FrameSpan {
  readonly first: number;
  readonly repeats: readonly number[];
  readonly drawn: readonly Drawn[];
  readonly detections: AnnotatedFrame['detections'];
}

/** Groups frames that are annotated once. Ends early if there are fewer detections than frames. */
async function* groupRepeats({
  source: { timeline },
  detections: frames,
  style: options,
}: Pick<AnnotationOptions, 'source' | 'detections' | 'style'>): AsyncGenerator<FrameSpan> {
  const style = new TrackStyle(options, timeline.frameRate.num / timeline.frameRate.den);
  try {
    for (const { first, times } of timeline.spans()) {
      const lines: FrameDetections[] = [];
      while (lines.length < times) {
        const next = await frames.next();
        if (next.done === true) return;
        lines.push(next.value);
      }
      yield {
        first,
        repeats: Array.from({ length: times - 1 }, (_, k) => first + k + 1),
        drawn: style.add({ n: first, boxes: lines[0]?.boxes ?? [] }),
        detections: lines.map(({ boxes }) => boxes),
      };
    }
    if (!(await frames.next()).done) throw new Error('found detections for more frames than the video has');
  } finally {
    await frames.return(undefined); // closes the file
  }
}

/** A decoded source frame with the detections of its output frames. */
interface DecodedSpan extends Omit<FrameSpan, 'repeats'> {
  readonly rgb: Buffer;
  readonly release: () => void;
}

async function* decodedSpans(options: AnnotationOptions): AsyncGenerator<DecodedSpan, void, undefined> {
  const { source, signal } = options;
  const spans = groupRepeats(options);
  try {
    for await (const { rgb, release } of source.pixels({ threads: cpuLimit(), signal })) {
      const span = await spans.next();
      if (span.done === true) return;
      const { first, drawn, detections } = span.value;
      yield { first, rgb, release, drawn, detections };
    }
    await spans.next(); // checks that no detections are left
  } finally {
    await spans.return(undefined);
  }
}
