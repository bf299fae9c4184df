import { json, raw, type BadRequest, type Row } from './bad-request';
import { pieces } from './bad-pieces';
import { uploads } from './bad-uploads';
import type { Sending } from './send';

const put = (path: string, sending: Sending = {}) => raw(path, { method: 'PUT', ...sending });
const ID = '64b000000000000000000001';
const BUSY = 'PREPROCESSING';

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
    405,
    'METHOD_NOT_ALLOWED',
    /Cannot DELETE .*: use PUT\.$/,
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
