import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { Job } from '#jobs';
import { ROWS_PER_PAGE } from '#contract';

/** Open event streams, and what they have received so far. */
export interface Streams {
  events(): number;
  bytes(): number;
  close(): void;
}

/** Opens a stream for each address. @throws if one is refused */
export async function openStreams(url: string, addresses: readonly string[]): Promise<Streams> {
  let [events, bytes] = [0, 0];
  const requests = addresses.map((address) => get(url + address, { agent: false }));
  await Promise.all(
    requests.map(async (request) => {
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      if (response.statusCode !== 200) throw new Error(`A stream returned ${response.statusCode}.`);
      let rest = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        bytes += Buffer.byteLength(text);
        const blocks = (rest + text).split('\n\n');
        rest = blocks.pop() ?? '';
        events += blocks.filter((block) => block.startsWith('event:')).length;
      });
      response.on('error', () => undefined); // it is closed by this process
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

/** All streams show the newest jobs. */
export function samePage(count: number): string[] {
  return Array.from({ length: count }, () => '/result/events');
}

/**
 * Every stream shows something else: a third an older page, a third a page of failed jobs, a third a search.
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
