import { once } from 'node:events';
import { request as send, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, Module, Post, UseInterceptors, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ImageUpload } from './image-upload';

const LIMIT = 100_000;

/** Received requests that wait for their response. */
const received: (() => void)[] = [];
let arrival: () => void;

@Controller()
class Receiver {
  @Post()
  @UseInterceptors(new ImageUpload(LIMIT))
  async receive(): Promise<void> {
    await new Promise<void>((answer) => {
      received.push(answer);
      arrival();
    });
  }
}

@Module({ controllers: [Receiver] })
class ReceiverModule {}

describe('ImageUpload', () => {
  let app: INestApplication<Server>;
  let url: string;

  beforeAll(async () => {
    app = await NestFactory.create<INestApplication<Server>>(ReceiverModule, { logger: false });
    await app.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    app.getHttpServer().closeAllConnections();
    await app.close();
  });

  const post = (bytes: number) => {
    const body = new FormData();
    body.set('image', new Blob([new Uint8Array(bytes)]), 'image.jpg');
    return fetch(url, { method: 'POST', body });
  };
  const nextArrival = () => new Promise<void>((resolve) => (arrival = resolve));

  it('refuses requests beyond the memory limit until memory is free again', async () => {
    const arrived = nextArrival();
    const first = post(70_000);
    await arrived;
    expect((await post(70_000)).status).toBe(503);
    received.pop()!();
    expect((await first).status).toBe(201);
    const again = nextArrival();
    const second = post(70_000);
    await again;
    received.pop()!();
    expect((await second).status).toBe(201);
  });

  it('reserves no memory for a client that announces much and sends nothing', async () => {
    const headers = { 'Content-Type': 'multipart/form-data; boundary=x', 'Content-Length': LIMIT };
    const idle = send(url, { method: 'POST', headers }).on('error', () => undefined);
    idle.flushHeaders();
    await once(app.getHttpServer(), 'request');
    const arrived = nextArrival();
    const small = post(50_000);
    await arrived;
    received.pop()!();
    expect((await small).status).toBe(201);
    idle.destroy();
  });

  it('refuses a request by its Content-Length', async () => {
    const headers = { 'Content-Type': 'multipart/form-data; boundary=x', 'Content-Length': 1e9 };
    const huge = send(url, { method: 'POST', headers }).on('error', () => undefined);
    huge.flushHeaders();
    const [answer] = (await once(huge, 'response')) as [{ statusCode: number }];
    expect(answer.statusCode).toBe(413);
    huge.destroy();
  });
});
