import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { Job } from '#jobs';
import { ROWS_PER_PAGE } from '#contract';

/** Open streams of events, and what has come over them so far. */
export interface Streams {
  events(): number;
  bytes(): number;
  close(): void;
}

/** Opens a stream of each address. @throws when one is refused */
export async function openStreams(url: string, addresses: readonly string[]): Promise<Streams> {
  let [events, bytes] = [0, 0];
  const requests = addresses.map((address) => get(url + address, { agent: false }));
  await Promise.all(
    requests.map(async (request) => {
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      if (response.statusCode !== 200) throw new Error(`A stream answered ${response.statusCode}.`);
      let rest = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        bytes += Buffer.byteLength(text);
        const blocks = (rest + text).split('\n\n');
        rest = blocks.pop() ?? '';
        events += blocks.filter((block) => block.startsWith('event:')).length;
      });
      response.on('error', () => undefined); // it is closed here
    }),
  );
  return {
    events: () => events,
    bytes: () => bytes,
    close: () => {
      for (const request of requests) request.destroy();
    },
  };
}

/** Everybody looks at the newest jobs. */
export function samePage(count: number): string[] {
  return Array.from({ length: count }, () => '/result/events');
}

/**
 * Everybody looks at something else: a third at a page further back, a third at a page of those that failed, a third searches.
 * @param records newest first
 */
export function otherPages(count: number, records: readonly Job[]): string[] {
  return Array.from({ length: count }, (_, n) => {
    const before = records[Math.floor(n / 3) * ROWS_PER_PAGE - 1];
    const cursor = before?._id.toHexString();
    const query = [{}, { status: 'failed' }, { search: `${n % 16} 20` }][n % 3];
    return `/result/events?${new URLSearchParams({ ...query, ...(cursor && { cursor }) }).toString()}`;
  });
}
