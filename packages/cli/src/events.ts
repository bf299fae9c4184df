/**
 * The data of the events of one name in a stream of server-sent events
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html; line ends are `\n` or `\r\n`).
 */
export async function* eventsNamed(
  name: string,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<string, void, undefined> {
  let event = '';
  let data: string[] = [];
  for await (const line of linesOf(body)) {
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (line !== '') {
      if (field === 'event') event = value;
      if (field === 'data') data.push(value);
      continue;
    }
    if (event === name && data.length > 0) yield data.join('\n');
    event = '';
    data = [];
  }
}

/** node:readline would also end lines at U+2028. */
async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let pending = '';
  for await (const bytes of body) {
    pending += decoder.decode(bytes, { stream: true });
    const lines = pending.split(/\r?\n/);
    pending = lines.pop() ?? '';
    yield* lines;
  }
}
