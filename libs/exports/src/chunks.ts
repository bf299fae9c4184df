/** Bytes per chunk: sending this many costs hardly more than sending one line. */
const CHUNK = 65_536;

/** Joins small pieces into larger chunks. */
export async function* inChunks(
  pieces: AsyncIterable<string | Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  let pending: Buffer[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    const buffer = typeof piece === 'string' ? Buffer.from(piece) : piece;
    pending.push(buffer);
    bytes += buffer.length;
    if (bytes < CHUNK) continue;
    yield Buffer.concat(pending);
    pending = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(pending);
}
