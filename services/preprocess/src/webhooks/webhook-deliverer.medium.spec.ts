import { Logger } from '@nestjs/common';
import { Registry } from 'prom-client';
import { Webhook } from 'standardwebhooks';
import type { JobResource } from '#contract';
import { Job, JobCallbacks, newJobId } from '#jobs';
import { AddressGuard } from '#webhooks';
import { newJob, startDatabase, type TestDatabase } from '../../../../test/support/database';
import { Receiver } from '../../../../test/support/receiver';
import { deliveryDelay } from './delivery-delay';
import { WebhookDeliverer, type DelivererOptions } from './webhook-deliverer';
import { WebhookMetrics, type DeliveryOutcome } from './webhook-metrics';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

let db: TestDatabase;
let receiver: Receiver;
let registry: Registry;
const running: WebhookDeliverer[] = [];
const logged: string[] = [];

beforeAll(async () => {
  db = await startDatabase();
  for (const level of ['log', 'warn', 'error'] as const) {
    jest.spyOn(Logger.prototype, level).mockImplementation((...words: unknown[]) => {
      logged.push(words.map(String).join(' '));
    });
  }
});
beforeEach(async () => {
  receiver = await Receiver.start();
  registry = new Registry();
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((deliverer) => deliverer.beforeApplicationShutdown()));
  await receiver.stop();
  await db.clear();
});
afterAll(async () => {
  await db.close();
  expect(logged.join('\n')).not.toContain(SECRET.slice('whsec_'.length));
});

/** Starts a deliverer, as a replica does. */
function start(options: Partial<DelivererOptions> = {}): WebhookDeliverer {
  const callbacks = new JobCallbacks(db.connection.model<Job>(Job.name));
  registry.clear();
  const deliverer = new WebhookDeliverer(callbacks, new WebhookMetrics(registry), {
    secrets: [SECRET],
    guard: new AddressGuard(['127.0.0.1']),
    attempts: 5,
    retryMs: 1,
    pollMinMs: 5,
    pollMaxMs: 20,
    eventsOf: () => Promise.resolve(undefined),
    ...options,
  });
  deliverer.onApplicationBootstrap();
  running.push(deliverer);
  return deliverer;
}

/** An ended job with a callback. */
async function ended(callbackUrl = receiver.url): Promise<string> {
  const id = newJobId();
  await db.jobs.enqueue(id, { ...newJob(), callbackUrl });
  await db.jobs.cancel(id);
  return id;
}

const callbackOf = async (id: string) => (await db.jobs.get(id)).callback;

async function settled(id: string) {
  for (;;) {
    const callback = await callbackOf(id);
    if (callback && !callback.availableAt) return callback;
  }
}

async function counted(outcome: DeliveryOutcome): Promise<number> {
  const metric = await registry.getSingleMetric('boxreel_webhook_deliveries_total')?.get();
  return metric?.values.find(({ labels }) => labels['outcome'] === outcome)?.value ?? NaN;
}

const verify = ({ body, headers }: { body: string; headers: Record<string, string> }) =>
  new Webhook(SECRET).verify(body, headers) as { type: string; timestamp: string; data: JobResource };

it('delivers the end of a job, signed, with the job as in the API', async () => {
  const deliverer = start();
  const id = await ended();
  const message = verify((await receiver.received(1))[0]!);
  expect(message).toMatchObject({ type: 'job.cancelled', data: { id, status: 'CANCELLED' } });
  expect(new Date(message.timestamp)).toEqual((await db.jobs.get(id)).error?.at);
  expect(message.data).toMatchObject({ callback: { url: receiver.url, state: 'pending', attempts: 1 } });
  expect(await settled(id)).toMatchObject({ deliveredAt: expect.any(Date) as Date, attempts: 1 });
  await deliverer.beforeApplicationShutdown();
  expect(await counted('delivered')).toBe(1);
});

it.each([
  ['POSTPROCESSING_COMPLETE', 'job.completed'],
  ['INFERENCING_ERROR', 'job.failed'],
])('reports %s as %s', async (STATUS, type) => {
  const id = newJobId();
  await db.jobs.enqueue(id, { ...newJob(), callbackUrl: receiver.url });
  await db.edit(id, { $set: { STATUS, PROCESS_END: new Date(0) } });
  start();
  expect(verify((await receiver.received(1))[0]!)).toMatchObject({ type, data: { status: STATUS } });
});

it('retries with the same id until the receiver accepts', async () => {
  receiver.answer = (_, response) => {
    response.writeHead(receiver.requests.length < 4 ? 500 : 204).end();
  };
  const deliverer = start();
  const id = await ended();
  const requests = await receiver.received(4);
  expect(new Set(requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(requests.map((request) => verify(request).data.callback)).toMatchObject([
    { attempts: 1, lastError: null },
    { attempts: 2, lastError: 'the receiver returned 500' },
    { attempts: 3 },
    { attempts: 4 },
  ]);
  expect(await settled(id)).not.toHaveProperty('lastError');
  await deliverer.beforeApplicationShutdown();
  expect([await counted('retried'), await counted('delivered')]).toEqual([3, 1]);
});

it.each<[string, number, Record<string, string>, number, string]>([
  ['the attempts are used up', 503, {}, 5, 'the receiver returned 503'],
  ['the receiver returns 410 Gone', 410, {}, 1, 'the receiver returned 410'],
  [
    'the receiver always redirects',
    307,
    { Location: 'http://169.254.169.254/latest/' },
    5,
    'the receiver returned 307, and redirects are not followed',
  ],
])('gives up when %s', async (_, status, headers, attempts, lastError) => {
  receiver.answer = (__, response) => {
    response.writeHead(status, headers).end();
  };
  start();
  const id = await ended();
  const callback = await settled(id);
  expect(callback).toMatchObject({ attempts, lastError });
  expect(callback).not.toHaveProperty('deliveredAt');
  expect(receiver.requests).toHaveLength(attempts);
  expect(logged.join('\n')).toContain(`Job ${id}: callback failed after ${attempts} attempt`);
});

it('gives up on a host name that resolves to this machine, and says why', async () => {
  start({
    guard: new AddressGuard(),
    lookup: (_host, _options, done) => {
      done(null, [{ address: '127.0.0.1', family: 4 }]);
    },
  });
  const id = await ended(receiver.url.replace('127.0.0.1', 'hooks.example'));
  expect(await settled(id)).toMatchObject({
    attempts: 1,
    lastError: 'hooks.example is not a public address (WEBHOOK_ALLOW_PRIVATE allows exceptions)',
  });
  expect(receiver.requests).toEqual([]);
});

it('delivers each callback once from one of two replicas', async () => {
  const ids = await Promise.all(Array.from({ length: 30 }, () => ended()));
  start();
  start();
  await Promise.all(ids.map(settled));
  const delivered = receiver.requests.map((request) => verify(request).data.id);
  expect(delivered.sort()).toEqual([...ids].sort());
});

it('is not blocked by a receiver that never responds', async () => {
  const silent = await Receiver.start();
  silent.answer = () => undefined;
  start();
  await ended(silent.url);
  await silent.received(1);
  await settled(await ended());
  await silent.stop();
});

it('releases deliveries in progress when the service stops, and another replica delivers them', async () => {
  receiver.answer = () => undefined;
  const first = start();
  const id = await ended();
  await receiver.received(1);
  await first.beforeApplicationShutdown();
  expect(await callbackOf(id)).toMatchObject({ attempts: 0 });
  expect(await counted('released')).toBe(1);
  receiver.answer = (_, response) => {
    response.end();
  };
  start();
  expect(await settled(id)).toMatchObject({ attempts: 1 });
});

it('discards the outcome for a job that is deleted or retried meanwhile', async () => {
  let answer: () => void = () => undefined;
  receiver.answer = (_, response) => {
    answer = () => response.end();
  };
  const deliverer = start();
  const id = await ended();
  await receiver.received(1);
  await db.jobs.restart(id, 'preprocess');
  answer();
  while ((await counted('lost')) < 1) await db.jobs.get(id);
  expect(await callbackOf(id)).toMatchObject({ attempts: 0 });
  await db.jobs.cancel(id);
  await receiver.received(2);
  await db.jobs.delete(id);
  answer();
  while ((await counted('lost')) < 2) await db.jobs.list({ limit: 1 });
  await deliverer.beforeApplicationShutdown();
  expect(receiver.requests[0]!.headers['webhook-id']).not.toBe(receiver.requests[1]!.headers['webhook-id']);
});

it('does not count an unsaved outcome as a failure of the receiver', async () => {
  const saving = jest
    .spyOn(JobCallbacks.prototype, 'delivered')
    .mockRejectedValueOnce(new Error('no primary'));
  const deliverer = start();
  const id = await ended();
  while ((await counted('lost')) < 1) await db.jobs.get(id);
  saving.mockRestore();
  await deliverer.beforeApplicationShutdown();
  expect([await counted('retried'), await counted('failed')]).toEqual([0, 0]);
  const callback = await callbackOf(id);
  expect(callback).toMatchObject({ attempts: 1, availableAt: expect.any(Date) as Date }); // due again when its lease expires
  expect(callback).not.toHaveProperty('lastError');
  expect(logged.join('\n')).toContain('no primary');
});

it('sends nothing without a secret', async () => {
  const deliverer = start({ secrets: [] });
  const id = await ended();
  await deliverer.beforeApplicationShutdown();
  expect(await callbackOf(id)).toMatchObject({ attempts: 0 });
});

it('takes about a day for all attempts', () => {
  const waits = (random: number) =>
    Array.from({ length: 13 }, (_, n) => deliveryDelay(n + 1, 10_000, () => random));
  const hours = (random: number) => waits(random).reduce((sum, wait) => sum + wait) / 3_600_000;
  expect(waits(0.5).slice(0, 3)).toEqual([10_000, 20_000, 40_000]);
  expect([hours(0), hours(0.5), hours(1)].map(Math.round)).toEqual([17, 23, 28]);
  expect(deliveryDelay(100, 3_600_000, () => 1)).toBe(30 * 3_600_000);
});
