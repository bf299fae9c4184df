import type { Detection } from '#detection';
import { timeOf, type Frames, type Video } from './video';

/** Consecutive frames with the same text, from `first` to `end` (exclusive). */
interface Run {
  readonly first: number;
  end: number;
  readonly text: string;
}

/**
 * WebVTT captions for players (https://www.w3.org/TR/webvtt1/): the number of objects per class, such as
 * `2 person, 1 car`, in one caption while it stays the same. Frames without detections have no caption.
 */
export async function* vtt(frames: Frames, video: Video): AsyncGenerator<string, void, undefined> {
  yield 'WEBVTT\n';
  let run: Run | undefined;
  for await (const { n, boxes } of frames) {
    const text = countByLabel(boxes);
    if (run?.text === text && run.end === n) {
      run.end = n + 1;
      continue;
    }
    if (run) yield cue(run, video);
    run = { first: n, end: n + 1, text };
  }
  if (run) yield cue(run, video);
}

/** Highest count first, then in the order of the model's classes. */
function countByLabel(boxes: readonly Detection[]): string {
  const counts = new Map<string, number>();
  for (const { label } of [...boxes].sort((a, b) => a.classIndex - b.classIndex)) {
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([label, count]) => `${count} ${label}`)
    .join(', ');
}

function cue({ first, end, text }: Run, video: Video): string {
  if (text === '') return '';
  return `\n${timestamp(timeOf(first, video))} --> ${timestamp(timeOf(end, video))}\n${escape(text)}\n`;
}

/** @param seconds from the start @returns hh:mm:ss.mmm */
function timestamp(seconds: number): string {
  const ms = Math.round(seconds * 1000);
  const pad = (value: number, digits: number) => String(Math.floor(value)).padStart(digits, '0');
  return `${pad(ms / 3_600_000, 2)}:${pad((ms / 60_000) % 60, 2)}:${pad((ms / 1000) % 60, 2)}.${pad(ms % 1000, 3)}`;
}

/** In a caption `<` starts a tag, `&` a character reference, and an empty line ends it. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replace(/\s+/g, ' ');
}
