import { request } from 'node:http';
import { pieces } from './bad-pieces';
import {
  BOUNDARY,
  fieldPart,
  filePart,
  form,
  send,
  upload,
  type Part,
  type Sending,
  type Sent,
} from './send';

/** A request that is refused. */
export interface BadRequest {
  readonly what: string;
  readonly send: (url: string, clip: Buffer) => Promise<Sent>;
  readonly status: number;
  readonly code: string;
  readonly words: RegExp;
}

export type Row = [what: string, send: BadRequest['send'], status: number, code: string, words: RegExp];

/** A form with a valid clip and these parts. */
const withClip = (...parts: Part[]): BadRequest['send'] => {
  return (url, clip) => upload(url, form(...parts, filePart('clip.mp4', clip)));
};
const raw = (path: string, sending: Sending): BadRequest['send'] => {
  return (url) => send(url, path, sending);
};
const put = (path: string, sending: Sending = {}) => raw(path, { method: 'PUT', ...sending });
const json = { 'Content-Type': 'application/json' };
const ID = '64b000000000000000000001';
const BUSY = 'PREPROCESSING';

/** Announces a body and sends none of it: a response shows that the server did not wait for it. */
function announce(length: number): BadRequest['send'] {
  const headers = {
    'Content-Type': `multipart/form-data; boundary=${BOUNDARY}`,
    'Content-Length': length,
    Expect: '100-continue',
  };
  return (url) =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(url);
      const sending = request({ hostname, port, path: '/api/jobs', method: 'POST', headers, agent: false });
      sending.on('continue', () => {
        reject(new Error('was asked to continue'));
      });
      sending.on('error', reject);
      sending.on('response', (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => (body += text));
        response.on('end', () => {
          sending.destroy();
          const { error } = JSON.parse(body) as { error: { code: string; message: string } };
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body, ...error });
        });
      });
      sending.flushHeaders();
    });
}

const uploads: Row[] = [
  [
    'a body that announces 10 GB',
    announce(10e9),
    413,
    'TOO_LARGE',
    /up to 8000000 bytes \(UPLOAD_MAX_BYTES\)/,
  ],
  [
    'a file that is too large',
    (url, clip) => upload(url, form(filePart('a.mp4', Buffer.concat([clip, Buffer.alloc(8_000_000)])))),
    413,
    'TOO_LARGE',
    /UPLOAD_MAX_BYTES/,
  ],
  [
    'the same without Content-Length',
    (url, clip) => {
      const body = form(filePart('a.mp4', Buffer.concat([clip, Buffer.alloc(9_000_000)])));
      return upload(url, body, { 'Transfer-Encoding': 'chunked' });
    },
    413,
    'TOO_LARGE',
    /UPLOAD_MAX_BYTES/,
  ],
  [
    'a long preamble of the form',
    (url, clip) =>
      upload(url, Buffer.concat([Buffer.alloc(12_000_000), form(filePart('a.mp4', clip))]), {
        'Transfer-Encoding': 'chunked',
      }),
    413,
    'TOO_LARGE',
    /UPLOAD_MAX_BYTES/,
  ],
  [
    'many fields',
    withClip(...Array.from({ length: 30 }, (_, n) => fieldPart(`f${n}`, ''))),
    413,
    'TOO_MANY_FIELDS',
    /up to 20 beside the file \(UPLOAD_MAX_FIELDS\)/,
  ],
  [
    'a long field',
    withClip(fieldPart('classes', 'a,'.repeat(10_000))),
    413,
    'FIELD_TOO_LONG',
    /"classes" is too long; this server takes up to 16384 bytes \(UPLOAD_FIELD_MAX_BYTES\)/,
  ],
  [
    'a long name of a field',
    withClip(fieldPart('x'.repeat(5000), '1')),
    413,
    'FIELD_TOO_LONG',
    /up to 100 bytes/,
  ],
  [
    'a long name of the file',
    (url, clip) => upload(url, form(filePart(`${'한'.repeat(500)}.mp4`, clip))),
    413,
    'NAME_TOO_LONG',
    /has 1504 bytes; this server takes up to 1024 \(UPLOAD_NAME_MAX_BYTES\)/,
  ],
  [
    'two videos',
    (url, clip) => upload(url, form(filePart('a.mp4', clip), filePart('b.mp4', clip))),
    400,
    'BAD_REQUEST',
    /Received more than one file/,
  ],
  [
    'a file in another field',
    (url, clip) => upload(url, form(filePart('a.mp4', clip, 'video'))),
    400,
    'BAD_REQUEST',
    /Unknown file field "video": send the video in the field "file"/,
  ],
  [
    'the field as text',
    (url) => upload(url, form(fieldPart('file', 'clip.mp4'))),
    400,
    'BAD_REQUEST',
    /No file received/,
  ],
  ['no fields at all', (url) => upload(url, form()), 400, 'BAD_REQUEST', /No file received|Cannot read/],
  [
    'a file without a name',
    (url, clip) => upload(url, form(filePart('', clip))),
    400,
    'BAD_REQUEST',
    /No file received/,
  ],
  [
    'a name with a NUL in it',
    (url, clip) => upload(url, form(filePart('a\0.mp4', clip))),
    400,
    'BAD_REQUEST',
    /Cannot read the form: Malformed part header/,
  ],
  [
    'a form without its boundary',
    (url, clip) => upload(url, form(filePart('a.mp4', clip)), { 'Content-Type': 'multipart/form-data' }),
    400,
    'BAD_REQUEST',
    /Cannot read the form/,
  ],
  [
    'a form with a wrong boundary',
    (url, clip) =>
      upload(url, form(filePart('a.mp4', clip)), { 'Content-Type': 'multipart/form-data; boundary=other' }),
    400,
    'BAD_REQUEST',
    /Cannot read the form/,
  ],
  [
    'a truncated form',
    (url, clip) => upload(url, form(filePart('a.mp4', clip)).subarray(0, -200)),
    400,
    'BAD_REQUEST',
    /Cannot read the form: Unexpected end of form/,
  ],
  [
    'a part with a broken header',
    (url, clip) => upload(url, form([`Content-Disposition\x01 form-data`, clip])),
    400,
    'BAD_REQUEST',
    /Cannot read the form/,
  ],
  [
    'a video without a form',
    (url, clip) =>
      send(url, '/api/jobs', { method: 'POST', headers: { 'Content-Type': 'video/mp4' }, body: clip }),
    400,
    'BAD_REQUEST',
    /No file received/,
  ],
  [
    'JSON instead of a form',
    raw('/api/jobs', { method: 'POST', headers: json, body: '{"file":"/etc/passwd"}' }),
    400,
    'BAD_REQUEST',
    /No file received/,
  ],
  [
    'options out of range',
    withClip(fieldPart('score', '2'), fieldPart('frameStep', '0')),
    400,
    'BAD_REQUEST',
    /score: .*frameStep: /,
  ],
  [
    'a model that is a path',
    withClip(fieldPart('model', '../../etc/passwd')),
    400,
    'BAD_REQUEST',
    /unknown model/i,
  ],
  [
    'a class that no model has',
    withClip(fieldPart('classes', 'dragon')),
    400,
    'BAD_REQUEST',
    /has no class "dragon"/,
  ],
  ['an unknown field', withClip(fieldPart('clases', 'tv')), 400, 'BAD_REQUEST', /did you mean "classes"/],
  [
    'a field __proto__',
    withClip(fieldPart('__proto__[x]', '1')),
    400,
    'BAD_REQUEST',
    /__proto__|Cannot read/,
  ],
  [
    'a field nested deeply',
    withClip(fieldPart(`a${'[b]'.repeat(30)}`, '1')),
    400,
    'BAD_REQUEST',
    /unknown field "a"/,
  ],
];

const timeline: Row[] = [
  [
    'a report for an invalid id',
    put(`/requestid/x/status/${BUSY}`),
    400,
    'INVALID_JOB_ID',
    /Invalid job id "x"/,
  ],
  [
    'a report for an id with a path in it',
    put(`/requestid/..%2f..%2fetc/status/${BUSY}`),
    400,
    'INVALID_JOB_ID',
    /Invalid job id/,
  ],
  [
    'a report for an id with a NUL',
    put(`/requestid/${ID}%00/status/${BUSY}`),
    400,
    'INVALID_JOB_ID',
    /Invalid job id/,
  ],
  [
    'a report for an operator',
    put(`/requestid/%7B%22$ne%22:1%7D/status/${BUSY}`),
    400,
    'INVALID_JOB_ID',
    /Invalid job id/,
  ],
  [
    'a report for an unknown job',
    put(`/requestid/${ID}/status/${BUSY}`),
    404,
    'JOB_NOT_FOUND',
    /There is no job/,
  ],
  ['an unknown status', put(`/requestid/${ID}/status/DONE`), 400, 'BAD_REQUEST', /Invalid status "DONE"/],
  [
    'a status of the prototype',
    put(`/requestid/${ID}/status/constructor`),
    400,
    'BAD_REQUEST',
    /Invalid status/,
  ],
  ['an invalid percent encoding', put(`/requestid/%E0%A4%A/status/${BUSY}`), 400, 'BAD_REQUEST', /./],
  [
    'a wrong method',
    raw(`/requestid/${ID}/status/${BUSY}`, { method: 'DELETE' }),
    404,
    'NOT_FOUND',
    /Cannot DELETE/,
  ],
  [
    'a body that is not JSON',
    put(`/requestid/${ID}/status/${BUSY}`, { headers: json, body: '{"' }),
    400,
    'BAD_REQUEST',
    /./,
  ],
  [
    'a body of 200 KB',
    put(`/requestid/${ID}/status/${BUSY}`, { headers: json, body: `"${'x'.repeat(2e5)}"` }),
    413,
    'TOO_LARGE',
    /body of the request is too large/,
  ],
  [
    'a body in an unknown coding',
    put(`/requestid/${ID}/status/${BUSY}`, { headers: { ...json, 'Content-Encoding': 'x' }, body: '{}' }),
    415,
    'UNSUPPORTED_MEDIA_TYPE',
    /cannot be read/,
  ],
];

const ids: Row[] = [
  ['a job by a path', raw('/api/jobs/..%2f..%2fetc%2fpasswd', {}), 400, 'INVALID_JOB_ID', /Invalid job id/],
  ['a video by a path', raw('/api/jobs/%2e%2e%2fsecret/video', {}), 400, 'INVALID_JOB_ID', /Invalid job id/],
  ['detections by a path', raw('/api/jobs/.git/detections', {}), 400, 'INVALID_JOB_ID', /Invalid job id/],
  [
    'a removal of the folder above',
    raw('/api/jobs/..', { method: 'DELETE' }),
    400,
    'INVALID_JOB_ID',
    /Invalid job id/,
  ],
  [
    'the same, encoded',
    raw('/api/jobs/%2e%2e%2f', { method: 'DELETE' }),
    400,
    'INVALID_JOB_ID',
    /Invalid job id/,
  ],
  ['an id of 25 digits', raw(`/api/jobs/${ID}0`, {}), 400, 'INVALID_JOB_ID', /24 hexadecimal digits/],
  ['an id of 12 letters', raw('/api/jobs/abcdefghijkl', {}), 400, 'INVALID_JOB_ID', /24 hexadecimal digits/],
  ['an invalid cursor', raw('/api/jobs?cursor=..', {}), 400, 'INVALID_CURSOR', /Invalid cursor/],
  ['a parameter twice', raw('/api/jobs?limit=1&limit=2', {}), 400, 'BAD_REQUEST', /limit/],
];

export const badRequests: readonly BadRequest[] = [...uploads, ...pieces, ...timeline, ...ids].map(
  ([what, sending, status, code, words]) => ({ what, send: sending, status, code, words }),
);
