import { BadRequestException, PayloadTooLargeException, ServiceUnavailableException } from '@nestjs/common';
import {
  BadImage,
  BadManifest,
  ConversionFailed,
  DetectorUnavailable,
  IntegrityMismatch,
  ModelMismatch,
  ModelMissing,
  ModelUnavailable,
  QueueFull,
  WorkerLost,
} from '#detection';
import { InvalidJobId, JobNotFound, KeyReused, LeaseLost, WrongStatus } from '#jobs';
import { toAnswer } from './answer';
import { UploadRefused } from './upload-refused';

const errorNamed = (name: string) => Object.assign(new Error('secret'), { name });
const errorWithCode = (code: string) => Object.assign(new Error('secret'), { code });

it.each<[Error, number, string]>([
  [new BadImage('it is not a JPEG'), 422, 'BAD_IMAGE'],
  [new BadManifest('there is no such model'), 422, 'BAD_MANIFEST'],
  [new ModelMismatch('another graph'), 422, 'MODEL_MISMATCH'],
  [new ModelMissing('the file is not there'), 422, 'MODEL_MISSING'],
  [new IntegrityMismatch('The file', 'sha256 a', 'sha256 b'), 422, 'MODEL_INTEGRITY'],
  [new ConversionFailed('an operation that is not known'), 422, 'MODEL_CONVERSION'],
  [new ModelUnavailable('the registry is away'), 503, 'MODEL_UNAVAILABLE'],
  [new WorkerLost('it died'), 503, 'WORKER_LOST'],
  [new DetectorUnavailable('it was closed'), 503, 'DETECTOR_UNAVAILABLE'],
  [new JobNotFound('64b000000000000000000001'), 404, 'JOB_NOT_FOUND'],
  [new LeaseLost('64b000000000000000000001'), 409, 'LEASE_LOST'],
  [new WrongStatus('64b000000000000000000001', 'ENQUEUE', 'started again'), 409, 'WRONG_STATUS'],
  [new KeyReused('64b000000000000000000001'), 422, 'IDEMPOTENCY_KEY_REUSED'],
  [new InvalidJobId('x'), 400, 'INVALID_JOB_ID'],
  [new BadRequestException('score: wrong.'), 400, 'BAD_REQUEST'],
  [new ServiceUnavailableException('come again'), 503, 'SERVICE_UNAVAILABLE'],
])('answers %p with its own sentence, %i %s', (error, status, code) => {
  expect(toAnswer(error, '')).toMatchObject({ status, code, message: error.message });
});

it.each<[unknown, number, string]>([
  [errorNamed('MongoServerSelectionError'), 503, 'DATABASE_UNAVAILABLE'],
  [errorWithCode('ENOSPC'), 507, 'VOLUME_FULL'],
  [new TypeError('secret'), 500, 'INTERNAL'],
  ['secret', 500, 'INTERNAL'],
])('answers %p without telling what is inside, %i %s', (error, status, code) => {
  const answer = toAnswer(error, '');
  expect(answer).toMatchObject({ status, code });
  expect(answer.message).not.toMatch(/secret/);
});

it.each([
  [400, 'BAD_REQUEST'],
  [413, 'TOO_LARGE'],
  [415, 'UNSUPPORTED_MEDIA_TYPE'],
])('answers what the parser of bodies refuses with its status %i', (status, code) => {
  const error = Object.assign(new Error('no such thing'), { status, type: 'some.type' });
  expect(toAnswer(error, 'The file is too large.')).toMatchObject({ status, code });
  expect(toAnswer(error, 'The file is too large.').message).toMatch(/^The body/);
});

it('says which limit an upload exceeds', () => {
  const refused = new UploadRefused('NAME_TOO_LONG', 'At most 1024 bytes.');
  expect(toAnswer(refused, 'x')).toMatchObject({
    status: 413,
    code: 'NAME_TOO_LONG',
    message: 'At most 1024 bytes.',
  });
});

it('says of a full queue when to come again', () => {
  expect(toAnswer(new QueueFull(256, 7), '')).toMatchObject({ status: 503, retryAfter: 7 });
});

it('gives every 503, and nothing else, a time to come again', () => {
  expect(toAnswer(new DetectorUnavailable('away'), '').retryAfter).toBe(5);
  expect(toAnswer(new BadImage('it is not a JPEG'), '').retryAfter).toBeUndefined();
});

it('says what is too large in the words of the service', () => {
  expect(toAnswer(new PayloadTooLargeException(), 'At most 25 MB.')).toMatchObject({
    status: 413,
    code: 'TOO_LARGE',
    message: 'At most 25 MB.',
  });
});
