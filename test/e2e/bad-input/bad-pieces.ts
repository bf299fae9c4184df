import { ask, create, patch } from '../../support/tus';
import type { BadRequest, Row } from './bad-request';
import { send, type Sending, type Sent } from './send';

const raw = (path: string, sending: Sending): BadRequest['send'] => {
  return (url) => send(url, path, sending);
};
const OCTETS = { 'Content-Type': 'application/offset+octet-stream' };
const NO_UPLOAD = `/api/uploads/${'0'.repeat(32)}`;

/** Announces a file, then sends `body` as its beginning. */
function begin(size: number, body: Buffer): BadRequest['send'] {
  return async (url) => {
    const { headers: answered } = await create(url, size, { filename: 'a.mp4' });
    return patch(url, String(answered.location), 0, body);
  };
}

/** Requests of the tus protocol that are refused. */
export const pieces: readonly Row[] = [
  [
    'a resumable upload that announces 10 GB',
    (url) => create(url, 10e9),
    413,
    'TOO_LARGE',
    /the limit is 8000000 bytes \(UPLOAD_MAX_BYTES\)/,
  ],
  [
    'one with a long name',
    (url) => create(url, 9, { filename: `${'한'.repeat(500)}.mp4` }),
    413,
    'NAME_TOO_LONG',
    /is 1504 bytes long; the limit is 1024 \(UPLOAD_NAME_MAX_BYTES\)/,
  ],
  [
    'one with several errors',
    (url) => create(url, 9, { score: '2', model: 'resnet', treshold: '1' }),
    400,
    'BAD_REQUEST',
    /score: .*; unknown field "treshold".*; model: Unknown model "resnet"/,
  ],
  [
    'one with a field of the prototype',
    (url) => create(url, 9, { constructor: 'x' }),
    400,
    'BAD_REQUEST',
    /./,
  ],
  [
    'one with a bad Idempotency-Key',
    (url) => create(url, 9, { idempotencyKey: 'two words' }),
    400,
    'BAD_REQUEST',
    /Idempotency-Key: expected/,
  ],
  [
    'one with metadata that is not Base64',
    (url) => create(url, 9, {}, { 'Upload-Metadata': 'filename ???' }),
    400,
    'BAD_REQUEST',
    /upload-metadata/,
  ],
  ['one without a length', (url) => create(url, NaN), 400, 'BAD_REQUEST', /upload-length/],
  [
    'one that defers its length',
    raw('/api/uploads', {
      method: 'POST',
      headers: { 'Tus-Resumable': '1.0.0', 'Upload-Defer-Length': 1, 'Content-Length': 0 },
    }),
    400,
    'BAD_REQUEST',
    /not \(yet\) supported/,
  ],
  [
    'one without a protocol version',
    raw('/api/uploads', { method: 'POST', headers: { 'Upload-Length': 9, 'Content-Length': 0 } }),
    412,
    'PRECONDITION_FAILED',
    /send the header "Tus-Resumable: 1.0.0"/,
  ],
  ['one without a byte', (url) => create(url, 0, { filename: 'a.mp4' }), 422, 'EMPTY_FILE', /empty/],
  [
    'one whose first chunk is not a video',
    begin(8_000_000, Buffer.alloc(4096, 'x')),
    415,
    'NOT_A_VIDEO',
    /"a.mp4" is not a readable video/,
  ],
  [
    'one whose last chunk shows that it is not a video',
    begin(500, Buffer.alloc(500, 'x')),
    415,
    'NOT_A_VIDEO',
    /"a.mp4" is not a readable video/,
  ],
  [
    'a chunk that is longer than the file',
    (url, clip) => withUpload(url, 100, (path) => patch(url, path, 0, clip)),
    413,
    'TOO_LARGE',
    /longer than Upload-Length/,
  ],
  [
    'the same without Content-Length',
    (url, clip) =>
      withUpload(url, 100, (path) =>
        send(url, path, {
          method: 'PATCH',
          body: clip,
          headers: {
            'Tus-Resumable': '1.0.0',
            'Upload-Offset': 0,
            'Transfer-Encoding': 'chunked',
            ...OCTETS,
          },
        }),
      ),
    413,
    'TOO_LARGE',
    /longer than Upload-Length/,
  ],
  [
    'a chunk from the middle',
    (url, clip) => withUpload(url, clip.length, (path) => patch(url, path, 9, clip.subarray(9))),
    409,
    'CONFLICT',
    /current offset with HEAD/,
  ],
  [
    'a chunk with a wrong type',
    (url, clip) =>
      withUpload(url, clip.length, (path) => patch(url, path, 0, clip, { 'Content-Type': 'video/mp4' })),
    415,
    'UNSUPPORTED_MEDIA_TYPE',
    /sent as "video\/mp4": send the header "Content-Type: application\/offset\+octet-stream"/,
  ],
  [
    'a chunk of an unknown upload',
    (url, clip) => patch(url, NO_UPLOAD, 0, clip),
    404,
    'NOT_FOUND',
    /Upload not found/,
  ],
  [
    'a chunk by a path',
    (url, clip) => patch(url, '/api/uploads/..%2f..%2fx', 0, clip),
    404,
    'NOT_FOUND',
    /Upload not found/,
  ],
  [
    'a removal of uploads by a path',
    (url) => ask(url, '/api/uploads/%2e%2e', 'DELETE'),
    404,
    'NOT_FOUND',
    /Upload not found/,
  ],
];

/** An upload used only by `use`, and removed afterwards. */
async function withUpload(url: string, size: number, use: (path: string) => Promise<Sent>): Promise<Sent> {
  const path = String((await create(url, size, { filename: 'a.mp4' })).headers.location);
  const answer = await use(path);
  await ask(url, path, 'DELETE');
  return answer;
}
