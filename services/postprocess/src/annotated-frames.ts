import { readFile, writeFile } from 'node:fs/promises';
import { FrameBuffers, JpegBuffers, annotateJpeg, annotatePixels, type TrackedDetection } from '#annotation';
import { cpuLimit } from '#config';
import { mapOrdered } from '#flow';
import type { JobFrames } from '#frames';
import { linkOrCopy, type Timeline } from '#media';
import { tarName, type Attempt } from '#workspace';

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
  readonly detections: AsyncGenerator<readonly TrackedDetection[]>;
  readonly attempt: Attempt;
  /** JPEG quality, 1..100. */
  readonly quality: number;
  readonly signal: AbortSignal;
}

/** Annotates all frames, in order. If frames are stored, the annotated ones are, too: as `tar_frame/tar_<n>.jpg`. */
export function annotatedFrames(options: AnnotationOptions): AsyncGenerator<AnnotatedFrame, void, undefined> {
  return options.source.stored ? annotateStored(options) : annotateDecoded(options);
}

function annotateStored({ source, detections, attempt, quality, signal }: AnnotationOptions) {
  const buffers = new FrameBuffers(source.size);
  const annotate = async ({ first, repeats, detections }: FrameSpan) => {
    const frame = await readFile(source.file(first));
    const jpeg = await annotateJpeg(frame, detections[0] ?? [], quality, buffers);
    const target = attempt.path('tar_frame', tarName(first));
    await writeFile(target, jpeg);
    for (const n of repeats) await linkOrCopy(target, attempt.path('tar_frame', tarName(n)));
    return { jpeg, detections };
  };
  return mapOrdered(groupRepeats(detections, source.timeline), CONCURRENCY, annotate, signal);
}

function annotateDecoded({ source, detections, quality, signal }: AnnotationOptions) {
  const { width, height } = source.size;
  const buffers = new JpegBuffers(source.size);
  const annotate = async ({ rgb, release, detections }: DecodedSpan): Promise<AnnotatedFrame> => {
    const jpeg = await annotatePixels(rgb, width, height, detections[0] ?? [], quality, buffers);
    release();
    return { jpeg, detections };
  };
  return mapOrdered(decodedSpans(source, detections, signal), CONCURRENCY, annotate, signal);
}

/** An output frame and its repeats, each with the same detections. */
interface FrameSpan {
  readonly first: number;
  readonly repeats: readonly number[];
  readonly detections: readonly (readonly TrackedDetection[])[];
}

/** Groups frames that are annotated once. Ends early if there are fewer detections than frames. */
async function* groupRepeats(
  frames: AsyncGenerator<readonly TrackedDetection[]>,
  timeline: Timeline,
): AsyncGenerator<FrameSpan> {
  try {
    for (const { first, times } of timeline.spans()) {
      const detections: (readonly TrackedDetection[])[] = [];
      while (detections.length < times) {
        const next = await frames.next();
        if (next.done === true) return;
        detections.push(next.value);
      }
      yield { first, repeats: Array.from({ length: times - 1 }, (_, k) => first + k + 1), detections };
    }
    if (!(await frames.next()).done) throw new Error('found detections for more frames than the video has');
  } finally {
    await frames.return(undefined); // closes the file
  }
}

/** A decoded source frame with the detections of its output frames. */
interface DecodedSpan extends Pick<FrameSpan, 'detections'> {
  readonly rgb: Buffer;
  readonly release: () => void;
}

async function* decodedSpans(
  source: JobFrames,
  detections: AsyncGenerator<readonly TrackedDetection[]>,
  signal: AbortSignal,
): AsyncGenerator<DecodedSpan, void, undefined> {
  const spans = groupRepeats(detections, source.timeline);
  try {
    for await (const { rgb, release } of source.pixels({ threads: cpuLimit(), signal })) {
      const span = await spans.next();
      if (span.done === true) return;
      yield { rgb, release, detections: span.value.detections };
    }
    await spans.next(); // checks that no detections are left
  } finally {
    await spans.return(undefined);
  }
}
