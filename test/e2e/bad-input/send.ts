import { request, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Sent {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** From an error response in the format of the API. */
  readonly code?: string;
  readonly message?: string;
}

export interface Sending {
  readonly method?: string;
  readonly headers?: Record<string, string | number>;
  readonly body?: string | Buffer;
}

/** Sends a request as is, which `fetch` would not: addresses, lengths and names may be invalid. */
export async function send(
  url: string,
  path: string,
  { method = 'GET', headers = {}, body = '' }: Sending,
): Promise<Sent> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sending = request({ hostname, port, path, method, headers, agent: false });
    sending.on('response', (response) => {
      text(response).then((answer) => {
        sending.destroy();
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: answer,
          ...errorOf(answer),
        });
      }, reject);
    });
    sending.on('error', reject);
    sending.end(body);
  });
}

function errorOf(body: string): { code?: string; message?: string } {
  try {
    const { error } = JSON.parse(body) as { error?: { code: string; message: string } };
    return error ? { code: error.code, message: error.message } : {};
  } catch {
    return {};
  }
}

/** A part of a form: its raw headers and its content. */
export type Part = readonly [headers: string, content: string | Buffer];

export const filePart = (name: string, content: string | Buffer, field = 'file'): Part => [
  `Content-Disposition: form-data; name="${field}"; filename="${name}"\r\nContent-Type: video/mp4`,
  content,
];

export const fieldPart = (name: string, value: string): Part => [
  `Content-Disposition: form-data; name="${name}"`,
  value,
];

export const BOUNDARY = 'part-of-a-form';

/** The body of a form. */
export function form(...parts: readonly Part[]): Buffer {
  const pieces = parts.flatMap(([headers, content]) => [
    Buffer.from(`--${BOUNDARY}\r\n${headers}\r\n\r\n`),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...pieces, Buffer.from(`--${BOUNDARY}--\r\n`)]);
}

/** Sends a body as a form to the upload route. */
export function upload(url: string, body: Buffer, headers: Sending['headers'] = {}): Promise<Sent> {
  const type = `multipart/form-data; boundary=${BOUNDARY}`;
  return send(url, '/api/jobs', { method: 'POST', body, headers: { 'Content-Type': type, ...headers } });
}
