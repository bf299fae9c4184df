import { gzipSync } from 'node:zlib';
import { type RequestListener } from 'node:http';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { modelsDir } from '../../../../test/support/model';
import {
  askedFrom,
  broken,
  inTurn,
  manifestOf,
  type ModelServer,
  proper,
  sendAll,
  sendRest,
  serveModel,
  someModel,
} from '../../test/model-server';
import { IntegrityMismatchError, ModelMismatchError, ModelUnavailableError } from '../errors';
import { loadManifest } from '../manifest/load';
import { type Manifest } from '../manifest/schema';
import { ensureModel, modelFile, type StoreOptions } from './store';

const SIZE = 3_000_000;
const CUT = 1_000_000;

let dir: string;
let cacheDir: string;
let server: ModelServer;
let content: Buffer;
let manifest: Manifest;
let said: string[];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'url-'));
  cacheDir = join(dir, 'cache');
  content = someModel(SIZE);
  server = await serveModel(proper(content));
  manifest = manifestOf(server.url, content, await loadManifest('ssdlite-mobilenetv2', modelsDir));
  said = [];
});
afterEach(async () => {
  await server.close();
  await rm(dir, { recursive: true });
});

function pull(options: Partial<StoreOptions> = {}): Promise<string> {
  return ensureModel(manifest, { cacheDir, retryMs: 1, onProgress: (line) => said.push(line), ...options });
}

/** Pulls, and expects only the correct file in the cache. */
async function expectPulled(options: Partial<StoreOptions> = {}): Promise<void> {
  const file = await pull(options);
  expect(content.equals(await readFile(file))).toBe(true);
  expect(await readdir(cacheDir)).toEqual([basename(file)]);
}

/** First byte of each request. A dropped connection may lose the last bytes. */
const starts = (): number[] => server.requests.map(askedFrom);

describe('a model of a URL', () => {
  it('is downloaded once, with progress messages', async () => {
    await expectPulled();
    const percent = said.flatMap((line) => /^Downloading far: (\d+) % of 3\.0 MB$/.exec(line)?.[1] ?? []);
    expect(percent.at(-1)).toBe('100');
    expect(percent.length).toBeLessThanOrEqual(11);
    expect(said.at(-1)).toBe(`Model far is ready: ${modelFile(manifest, cacheDir)}`);
    await expectPulled();
    expect(server.requests).toHaveLength(1);
  });

  it('can be behind a redirect, also when resuming', async () => {
    const there = inTurn(broken(proper(content), CUT), proper(content));
    server.answer = (request, response) => {
      if (request.url === '/there') there(request, response);
      else response.writeHead(302, { location: '/there' }).end();
    };
    await expectPulled();
    expect(starts().at(-1)).toBeGreaterThan(0);
  });

  it.each<[string, (whole: Buffer) => RequestListener]>([
    ['sends its length', () => proper(content)],
    [
      'does not send its length',
      (whole) => (_, response) => {
        response.write(whole);
        response.end();
      },
    ],
    [
      'compresses it anyway',
      (whole) => (_, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' });
        response.end(gzipSync(whole));
      },
    ],
  ])('can come from a server that %s', async (_, answer) => {
    server.answer = answer(content);
    await expectPulled();
  });
});

describe('an interrupted download', () => {
  it('resumes as long as it makes progress', async () => {
    server.answer = broken(proper(content), 200_000);
    await expectPulled();
    expect(starts().length).toBeGreaterThanOrEqual(SIZE / 200_000);
    expect(starts()).toEqual([...new Set(starts())].sort((a, b) => a - b)); // further each time
    expect(server.requests[1]).toMatchObject({ 'if-range': expect.stringMatching(/^"/) as string });
    expect(said.filter((line) => line.includes('Retrying'))).toHaveLength(starts().length - 1);
  });

  it('resumes when the server stalls', async () => {
    server.answer = inTurn(broken(proper(content), CUT, 'hold'), proper(content));
    await expectPulled({ stallMs: 500 });
    expect(starts().length).toBeGreaterThan(1);
    expect(starts()[1]).toBeGreaterThan(0);
    expect(said).toContain('Downloading far: the server sent nothing for 0.5 s. Retrying in 0.001 s.');
  });

  it('is not interrupted while it is slow', async () => {
    server.answer = (_, response) => {
      response.writeHead(200, { 'content-length': SIZE });
      let sent = 0;
      const timer = setInterval(() => {
        response.write(content.subarray(sent, (sent += SIZE / 5)));
        if (sent === SIZE) clearInterval(timer);
      }, 300);
    };
    await expectPulled({ stallMs: 1200 });
    expect(server.requests).toHaveLength(1);
  });

  it('is retried when the server is busy', async () => {
    const busy: RequestListener = (_, response) => response.writeHead(503).end('busy');
    const tired: RequestListener = (_, response) => response.writeHead(429, { 'retry-after': '0' }).end();
    server.answer = inTurn(busy, tired, proper(content));
    await expectPulled();
    expect(said[0]).toContain('the server returned 503 Service Unavailable. Retrying');
  });

  const whole: RequestListener = (_, response) => {
    sendAll(response, content);
  };
  const anotherRange: RequestListener = ({ headers }, response) => {
    sendRest(response, content, askedFrom(headers) - 1);
  };
  const noRange: RequestListener = (_, response) => response.writeHead(416).end();
  const restOfAnother: RequestListener = ({ headers }, response) => {
    sendRest(response, someModel(SIZE), askedFrom(headers));
  };
  const restOfAnotherByName: RequestListener = (request, response) => {
    response.setHeader('etag', '"another"');
    restOfAnother(request, response);
  };
  const stops = 'did not resume';
  it.each<[string, RequestListener, string]>([
    ['does not support ranges', whole, ''],
    ['sends a different range than requested', anotherRange, stops],
    ['rejects the range', noRange, stops],
    ['sends the range of another file', restOfAnotherByName, stops],
    ['sends the range of another file under the same name', restOfAnother, 'changed on the server'],
  ])('starts over if the server %s', async (_, then, words) => {
    server.answer = inTurn(broken(proper(content), CUT), then, whole);
    await expectPulled();
    expect(said.join('\n')).toContain(words);
    expect(starts().slice(2)).toEqual(words ? [0] : []);
  });

  it('starts over if the file has changed on the server', async () => {
    const old = someModel(SIZE);
    server.answer = inTurn(broken(proper(old), CUT), proper(content));
    await expectPulled();
    expect(starts()).toHaveLength(2);
    expect(starts()[1]).toBeGreaterThan(0); // If-Range: the answer is the whole new file
  });

  it('fails after four attempts without progress, and the next pull resumes it', async () => {
    const unwell: RequestListener = (_, response) => response.writeHead(500).end();
    server.answer = inTurn(broken(proper(content), CUT), unwell);
    const failed = pull();
    await expect(failed).rejects.toThrow(ModelUnavailableError);
    await expect(failed).rejects.toThrow(`${server.url} cannot be downloaded: the server returned 500`);
    await expect(failed).rejects.toThrow(
      `in another way to ${basename(modelFile(manifest, cacheDir))} in the folder`,
    );
    expect(server.requests).toHaveLength(4);
    server.answer = proper(content);
    await expectPulled();
    expect(starts().at(-1)).toBeGreaterThan(0);
  });

  it('stops when the signal aborts, and the next pull resumes it', async () => {
    server.answer = broken(proper(content), CUT, 'hold');
    const abort = new AbortController();
    const stopped = pull({
      signal: abort.signal,
      onProgress: (line) => {
        if (/ 3\d %/.test(line)) abort.abort(new Error('stopping'));
      },
    });
    await expect(stopped).rejects.toThrow('stopping');
    server.answer = proper(content);
    await expectPulled();
    expect(starts().at(-1)).toBeGreaterThan(0);
  });

  it('explains why the server cannot be reached', async () => {
    await server.close();
    await expect(pull()).rejects.toThrow(/cannot be downloaded: the connection failed: .*ECONNREFUSED/);
    server = await serveModel(proper(content)); // for the end of the test
    expect(await readdir(cacheDir)).toEqual([]);
  });
});

describe('a wrong download', () => {
  const page = '<!DOCTYPE html>\n<html><body>Please log in</body></html>';
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize ${SIZE}\n`;
  const text = (body: string, headers = {}): RequestListener => {
    return (_, response) => response.writeHead(200, headers).end(body);
  };
  it.each<[string, () => RequestListener, typeof ModelMismatchError | typeof IntegrityMismatchError, string]>(
    [
      ['an HTML page', () => text(page), ModelMismatchError, 'is an HTML page'],
      [
        'a chunked HTML page',
        () => text(page, { 'transfer-encoding': 'chunked' }),
        ModelMismatchError,
        'an HTML page',
      ],
      [
        'an HTML page as long as the model',
        () => text(page.padEnd(SIZE)),
        ModelMismatchError,
        'is an HTML page',
      ],
      ['a Git LFS pointer', () => text(pointer), ModelMismatchError, 'is a Git LFS pointer'],
      ['an XML error', () => text('<?xml version="1.0"?><Error/>'), ModelMismatchError, 'an XML document'],
      ['a shorter file', () => proper(content.subarray(1)), IntegrityMismatchError, 'got 2999999 bytes'],
      [
        'a longer file',
        () => proper(Buffer.concat([content, content])),
        IntegrityMismatchError,
        'got 6000000 bytes',
      ],
      ['a different file', () => proper(someModel(SIZE)), IntegrityMismatchError, 'Model far does not match'],
    ],
  )('is refused at once: %s', async (_, answer, kind, words) => {
    server.answer = answer();
    const refused = pull();
    await expect(refused).rejects.toThrow(kind);
    await expect(refused).rejects.toThrow(words);
    expect(server.requests).toHaveLength(1);
    expect(await readdir(cacheDir)).toEqual([]);
  });

  it('is aborted when it exceeds the expected size', async () => {
    const closed = new Promise<void>((resolve) => {
      server.answer = (_, response) => {
        const more = (): void => {
          while (response.write(content));
          response.once('drain', more);
        };
        response.once('close', resolve);
        more(); // without an end
      };
    });
    await expect(pull()).rejects.toThrow('expected 3000000 bytes, got more');
    await closed;
    expect(await readdir(cacheDir)).toEqual([]);
  });

  it.each([
    [404, 'the server returned 404 Not Found'],
    [403, 'the server returned 403 Forbidden: it requires a login'],
  ])('is not retried after %d', async (status, words) => {
    server.answer = (_, response) => response.writeHead(status).end(page);
    await expect(pull()).rejects.toThrow(`${server.url} cannot be downloaded: ${words}.`);
    expect(server.requests).toHaveLength(1);
    expect(await readdir(cacheDir)).toEqual([]);
  });
});
