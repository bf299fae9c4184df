/** Boxes of an mp4 that only contain boxes. */
const CONTAINERS = new Set(['moov', 'trak', 'mdia', 'minf', 'dinf', 'stbl']);

/** One box (ISO 14496-12): its length, its four-letter name and its content. */
function box(name: string, ...content: Buffer[]): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + Buffer.concat(content).length, 0);
  head.write(name, 4, 'latin1');
  return Buffer.concat([head, ...content]);
}

/**
 * An mp4 with the content of all boxes `name` replaced and the lengths of their parents corrected. Offsets of frames are
 * not corrected: they stay valid only if the index is last, as ffmpeg writes it without `faststart`.
 */
export function replaceBoxes(mp4: Buffer, name: string, replace: (content: Buffer) => Buffer): Buffer {
  const boxes: Buffer[] = [];
  for (let at = 0; at + 8 <= mp4.length;) {
    const length = mp4.readUInt32BE(at);
    const found = mp4.toString('latin1', at + 4, at + 8);
    const content = mp4.subarray(at + 8, at + length);
    if (found === name) boxes.push(box(found, replace(content)));
    else if (CONTAINERS.has(found)) boxes.push(box(found, replaceBoxes(content, name, replace)));
    else boxes.push(mp4.subarray(at, at + length));
    at += length;
  }
  return Buffer.concat(boxes);
}

/** A `dref` that refers to frames at a URL (ISO 14496-12, `url `). */
export function urlReference(url: string): Buffer {
  const entry = box('url ', Buffer.alloc(4), Buffer.from(`${url}\0`));
  return Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]), entry]);
}

/**
 * A `dref` that refers to frames in another file, as a Macintosh alias: the kind that ffmpeg follows if allowed.
 * `levels` is the number of folders up and down from the file to the other one.
 */
export function aliasReference(path: string, levels: number): Buffer {
  const fixed = Buffer.alloc(150);
  fixed.writeUInt16BE(levels, 130);
  fixed.writeUInt16BE(levels, 132);
  const tag = Buffer.alloc(4);
  tag.writeUInt16BE(2, 0); // absolute path
  tag.writeUInt16BE(path.length, 2);
  const end = Buffer.from([255, 255, 0, 0]);
  const padding = Buffer.alloc(path.length % 2);
  const entry = box('alis', Buffer.alloc(4), fixed, tag, Buffer.from(path), padding, end);
  return Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]), entry]);
}
