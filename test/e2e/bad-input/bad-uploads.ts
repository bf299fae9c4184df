import { request } from 'node:http';
import { json, raw, type BadRequest, type Row } from './bad-request';
import { BOUNDARY, fieldPart, filePart, form, send, upload, type Part } from './send';

/** A form with a valid clip and these parts. */
const withClip = (...parts: Part[]): BadRequest['send'] => {
  return (url, clip) => upload(url, form(...parts, filePart('clip.mp4', clip)));
};
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

export const uploads: readonly Row[] = [
  [
    'a body that announces 10 GB',
    announce(10e9),
    413,
    'TOO_LARGE',
    /the limit is 8000000 bytes \(UPLOAD_MAX_BYTES\)/,
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
    /the limit is 20 besides the file \(UPLOAD_MAX_FIELDS\)/,
  ],
  [
    'a long field',
    withClip(fieldPart('classes', 'a,'.repeat(10_000))),
    413,
    'FIELD_TOO_LONG',
    /"classes" is too long; the limit is 16384 bytes \(UPLOAD_FIELD_MAX_BYTES\)/,
  ],
  [
    'a long name of a field',
    withClip(fieldPart('x'.repeat(5000), '1')),
    413,
    'FIELD_TOO_LONG',
    /the limit is 100 bytes/,
  ],
  [
    'a long name of the file',
    (url, clip) => upload(url, form(filePart(`${'한'.repeat(500)}.mp4`, clip))),
    413,
    'NAME_TOO_LONG',
    /is 1504 bytes long; the limit is 1024 \(UPLOAD_NAME_MAX_BYTES\)/,
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
