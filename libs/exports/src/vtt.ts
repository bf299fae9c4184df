import type { Detection } from '#detection';
import { timeOf, type Frames, type Video } from './video';

/** Shortest time that a caption is shown, in seconds. */
const MIN_SECONDS = 0.5;

/** Consecutive frames, from `first` to `end` (exclusive). */
interface Span {
  readonly first: number;
  end: number;
}

/** Frames with one caption. */
interface Group extends Span {
  /** For how many frames each text holds, in order of first appearance. */
  readonly texts: Map<string, number>;
}

interface Cue extends Span {
  readonly text: string;
}

/**
 * WebVTT captions for players (https://www.w3.org/TR/webvtt1/): the number of objects per class, such as
 * `2 person, 1 car`, in one caption while it stays the same. A change within `MIN_SECONDS` of the last one is left out, so
 * that people can read every caption. Frames without detections have no caption.
 */
export async function* vtt(frames: Frames, video: Video): AsyncGenerator<string, void, undefined> {
  yield 'WEBVTT\n';
  let cue: Cue | undefined;
  for await (const next of cuesOf(frames, video)) {
    const joined = cue && joinedWith(cue, next, video);
    if (joined) {
      cue = joined;
      continue;
    }
    if (cue && cue.text !== '') yield format(cue, video);
    cue = next;
  }
  if (cue && cue.text !== '') yield format(cue, video);
}

/** One cue for two in a row if they have the same text, or if the second is the short rest of the video. */
function joinedWith(cue: Cue, next: Cue, video: Video): Cue | undefined {
  if (cue.end !== next.first) return undefined;
  return cue.text === next.text || isShort(next, video) ? { ...cue, end: next.end } : undefined;
}

async function* cuesOf(frames: Frames, video: Video): AsyncGenerator<Cue, void, undefined> {
  let group: Group | undefined;
  for await (const { n, boxes } of frames) {
    const text = countByLabel(boxes);
    const belongs = group?.end === n && (isShort(group, video) || mostOf(group) === text);
    if (group && !belongs) yield toCue(group);
    if (!group || !belongs) group = { first: n, end: n, texts: new Map() };
    group.end = n + 1;
    group.texts.set(text, (group.texts.get(text) ?? 0) + 1);
  }
  if (group) yield toCue(group);
}

function isShort({ first, end }: Span, { frameRate: { num, den } }: Video): boolean {
  return ((end - first) * den) / num < MIN_SECONDS;
}

function toCue(group: Group): Cue {
  return { first: group.first, end: group.end, text: mostOf(group) };
}

/** The text that holds longest, of several the first; none if more than half of the frames have no detections. */
function mostOf({ first, end, texts }: Group): string {
  if ((texts.get('') ?? 0) > (end - first) / 2) return '';
  let most = '';
  let frames = 0;
  for (const [text, count] of texts) {
    if (text !== '' && count > frames) [most, frames] = [text, count];
  }
  return most;
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

function format({ first, end, text }: Cue, video: Video): string {
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
