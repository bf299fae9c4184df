import { connect, type Socket } from 'node:net';
import { send, type Sent } from '../e2e/bad-input/send';

const TUS = { 'Tus-Resumable': '1.0.0' };

/** The metadata of an upload, in the format of its header. */
function metadata(values: Record<string, string>): Record<string, string> {
  const pairs = Object.entries(values).map(
    ([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`,
  );
  return pairs.length === 0 ? {} : { 'Upload-Metadata': pairs.join(',') };
}

/** Announces a file; `headers` are added to those of the protocol. */
export function create(
  url: string,
  size: number,
  values: Record<string, string> = {},
  headers: Record<string, string | number> = {},
  body: Buffer = Buffer.alloc(0),
): Promise<Sent> {
  return send(url, '/api/uploads', {
    method: 'POST',
    body,
    headers: {
      ...TUS,
      'Upload-Length': size,
      'Content-Length': body.length,
      ...metadata(values),
      ...headers,
    },
  });
}

/** @param path the Location returned by `create` */
export function patch(
  url: string,
  path: string,
  offset: number,
  body: Buffer,
  headers: Record<string, string | number> = {},
): Promise<Sent> {
  return send(url, path, {
    method: 'PATCH',
    body,
    headers: {
      ...TUS,
      'Content-Type': 'application/offset+octet-stream',
      'Upload-Offset': offset,
      'Content-Length': body.length,
      ...headers,
    },
  });
}

/** Starts a PATCH with the rest of a file from `offset` on, and leaves it open after `sent` bytes. */
export function openPatch(url: string, path: string, file: Buffer, offset: number, sent: number): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  const head = [
    `PATCH ${path} HTTP/1.1`,
    'Host: localhost',
    'Tus-Resumable: 1.0.0',
    'Content-Type: application/offset+octet-stream',
    `Upload-Offset: ${offset}`,
    `Content-Length: ${file.length - offset}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  socket.write(file.subarray(offset, offset + sent));
  return socket;
}

export function ask(
  url: string,
  path: string,
  method: 'HEAD' | 'DELETE' | 'GET' | 'OPTIONS' = 'HEAD',
): Promise<Sent> {
  return send(url, path, { method, headers: TUS });
}
