import { Webhook } from 'standardwebhooks';
import { Receiver } from '../../../test/support/receiver';
import { AddressGuard, AddressNotPublicError, post, type Lookup, type PostOptions } from '#webhooks';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const OTHER = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
const here = new AddressGuard(['127.0.0.1']);
const body = JSON.stringify({ type: 'job.completed', data: 'ü' });

let receiver: Receiver;
beforeEach(async () => {
  receiver = await Receiver.start();
});
afterEach(() => receiver.stop());

const send = (url: string, options: Partial<PostOptions> = {}) =>
  post(url, 'msg_1', body, {
    secrets: [SECRET],
    guard: here,
    signal: new AbortController().signal,
    ...options,
  });

/** A resolver that returns the same addresses for every name. */
const resolvesTo =
  (...addresses: string[]): Lookup =>
  (_host, _options, done) => {
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };

it('signs with every secret', async () => {
  expect(await send(receiver.url, { secrets: [OTHER, SECRET] })).toBe(200);
  const [request] = receiver.requests;
  for (const secret of [SECRET, OTHER]) {
    expect(new Webhook(secret).verify(request!.body, request!.headers)).toEqual(JSON.parse(body));
  }
  expect(() =>
    new Webhook(`whsec_${Buffer.alloc(32, 1).toString('base64')}`).verify(request!.body, request!.headers),
  ).toThrow();
  expect(() => new Webhook(SECRET).verify(`${request!.body} `, request!.headers)).toThrow();
  expect(request!.headers).toMatchObject({ 'webhook-id': 'msg_1', 'content-type': 'application/json' });
});

it('returns the status of every response and follows no redirect', async () => {
  const target = await Receiver.start();
  receiver.answer = (_, response) => {
    response.writeHead(302, { Location: target.url }).end();
  };
  expect(await send(receiver.url)).toBe(302);
  expect(target.requests).toEqual([]);
  await target.stop();
  receiver.answer = (_, response) => {
    response.writeHead(410).end();
  };
  expect(await send(receiver.url)).toBe(410);
});

it('does not connect to a private address, literal or resolved', async () => {
  const { port } = new URL(receiver.url);
  const guard = new AddressGuard();
  await expect(send(receiver.url, { guard })).rejects.toThrow(AddressNotPublicError);
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1', '10.0.0.1']) {
    const lookup = resolvesTo(address);
    const calling = send(`http://hooks.example:${port}/`, { guard, lookup });
    await expect(calling).rejects.toThrow('hooks.example is not a public address');
    await expect(calling).rejects.not.toThrow(address);
  }
  expect(receiver.requests).toEqual([]);
});

it('resolves a name once and connects to the checked address', async () => {
  const { port } = new URL(receiver.url);
  let lookups = 0;
  const rebinding: Lookup = (host, options, done) => {
    resolvesTo(lookups++ === 0 ? '127.0.0.1' : '10.0.0.1')(host, options, done);
  };
  expect(await send(`http://hooks.example:${port}/`, { lookup: rebinding })).toBe(200);
  expect(lookups).toBe(1);
  expect(receiver.requests[0]!.headers).toMatchObject({ host: `hooks.example:${port}` });
  // of several addresses, the allowed ones
  expect(await send(`http://hooks.example:${port}/`, { lookup: resolvesTo('10.0.0.1', '127.0.0.1') })).toBe(
    200,
  );
});

it('fails without a response within the time limit, or when aborted', async () => {
  receiver.answer = () => undefined;
  await expect(send(receiver.url, { timeLimitMs: 50 })).rejects.toThrow('no response within 0.05 s');
  const stopping = new AbortController();
  const sending = send(receiver.url, { signal: stopping.signal });
  await receiver.received(2);
  stopping.abort();
  await expect(sending).rejects.toThrow('abort');
});

it('reads only the beginning of a huge response', async () => {
  const chunk = Buffer.alloc(64 * 1024);
  let sent = 0;
  const cut = new Promise<void>((resolve) => {
    receiver.answer = (_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length;
      };
      response.on('drain', more).on('close', resolve);
      more();
    };
  });
  expect(await send(receiver.url)).toBe(200);
  await cut;
  expect(sent).toBeLessThan(100 * chunk.length); // includes system buffers
});

it('reports network errors', async () => {
  const { url } = receiver;
  await receiver.stop();
  await expect(send(url)).rejects.toThrow('ECONNREFUSED');
});
