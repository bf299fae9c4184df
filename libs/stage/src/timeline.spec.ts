import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { LeaseLostError } from '#jobs';
import { HttpTimeline, LEASE_TOKEN_HEADER } from './timeline';

let server: Server;
let answer: { status: number; body: string };
let received: { method?: string | undefined; url?: string | undefined; token?: unknown; service?: unknown };

beforeAll(async () => {
  server = createServer((request, response) => {
    const { authorization: service, [LEASE_TOKEN_HEADER]: token } = request.headers;
    received = { method: request.method, url: request.url, token, service };
    response.writeHead(answer.status).end(answer.body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => server.close());

function report(serviceToken?: string): Promise<void> {
  const { port } = server.address() as AddressInfo;
  const timeline = new HttpTimeline(`http://127.0.0.1:${port}`, serviceToken);
  return timeline.report('64b000000000000000000001', 'INFERENCING', 'token', new AbortController().signal);
}

describe('HttpTimeline', () => {
  it('reports a status with the lease token', async () => {
    answer = { status: 200, body: '{"status":"INFERENCING"}' };
    await report();
    expect(received).toEqual({
      method: 'PUT',
      url: '/requestid/64b000000000000000000001/status/INFERENCING',
      token: 'token',
    });
  });

  it('sends the service token, and explains a rejected one', async () => {
    answer = { status: 200, body: '{"status":"INFERENCING"}' };
    await report('service-token');
    expect(received).toMatchObject({ token: 'token', service: 'Bearer service-token' });
    answer = { status: 401, body: '{"error":{"code":"UNAUTHORIZED"}}' };
    await expect(report('other-token')).rejects.toThrow(/returned 401: SERVICE_TOKEN differs/);
  });

  it.each([
    [409, 'LEASE_LOST'],
    [404, 'JOB_NOT_FOUND'],
  ])('treats %d %s as a lost lease', async (status, code) => {
    answer = { status, body: JSON.stringify({ error: { code, message: '' } }) };
    await expect(report()).rejects.toThrow(LeaseLostError);
  });

  it.each([
    [404, 'default backend - 404'],
    [404, '{"error":{"code":"NOT_FOUND"}}'],
    [502, '<html>Bad Gateway</html>'],
  ])('treats %d %s as an unavailable timeline', async (status, body) => {
    answer = { status, body };
    const error = await report().catch((error: unknown) => error);
    expect(error).not.toBeInstanceOf(LeaseLostError);
    expect(error).toMatchObject({ message: expect.stringContaining(`returned ${status}`) as string });
  });
});
