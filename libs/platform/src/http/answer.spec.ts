import { BadRequestException, PayloadTooLargeException, ServiceUnavailableException } from '@nestjs/common';
import { AnnotationError } from '#annotation';
import {
  BadImageError,
  BadManifestError,
  ConversionError,
  DetectorUnavailableError,
  IntegrityMismatchError,
  ModelMismatchError,
  ModelMissingError,
  ModelUnavailableError,
  QueueFullError,
  WorkerLostError,
} from '#detection';
import { InvalidJobIdError, JobNotFoundError, KeyReusedError, LeaseLostError, WrongStatusError } from '#jobs';
import { VolumeFullError, SourceMissingError } from '#workspace';
import { isClientFault, toAnswer } from './answer';
import { UploadRefusedError } from './errors';

const errorNamed = (name: string) => Object.assign(new Error('secret'), { name });
const errorWithCode = (code: string) => Object.assign(new Error('secret'), { code });

it.each<[Error, number, string]>([
  [new BadImageError('it is not a JPEG'), 422, 'BAD_IMAGE'],
  [new BadManifestError('unknown model'), 422, 'BAD_MANIFEST'],
  [new ModelMismatchError('another graph'), 422, 'MODEL_MISMATCH'],
  [new ModelMissingError('the file is missing'), 422, 'MODEL_MISSING'],
  [new IntegrityMismatchError('The file', 'sha256 a', 'sha256 b'), 422, 'MODEL_INTEGRITY'],
  [new ConversionError('an unknown operation'), 422, 'MODEL_CONVERSION'],
  [new ModelUnavailableError('the registry is unreachable'), 503, 'MODEL_UNAVAILABLE'],
  [new WorkerLostError('it died'), 503, 'WORKER_LOST'],
  [new DetectorUnavailableError('it was closed'), 503, 'DETECTOR_UNAVAILABLE'],
  [new JobNotFoundError('64b000000000000000000001'), 404, 'JOB_NOT_FOUND'],
  [new LeaseLostError('64b000000000000000000001'), 409, 'LEASE_LOST'],
  [new WrongStatusError('64b000000000000000000001', 'ENQUEUE', 'retried'), 409, 'WRONG_STATUS'],
  [new KeyReusedError('64b000000000000000000001'), 422, 'IDEMPOTENCY_KEY_REUSED'],
  [new InvalidJobIdError('x'), 400, 'INVALID_JOB_ID'],
  [new BadRequestException('score: wrong.'), 400, 'BAD_REQUEST'],
  [new ServiceUnavailableException('try again'), 503, 'SERVICE_UNAVAILABLE'],
])('maps %p to its own message, %i %s', (error, status, code) => {
  expect(toAnswer(error, '')).toMatchObject({ status, code, message: error.message });
});

it.each<[unknown, number, string]>([
  [errorNamed('MongoServerSelectionError'), 503, 'DATABASE_UNAVAILABLE'],
  [errorWithCode('ENOSPC'), 507, 'VOLUME_FULL'],
  [new TypeError('secret'), 500, 'INTERNAL'],
  [new AnnotationError('BAD_SCORES', 'secret'), 500, 'INTERNAL'],
  ['secret', 500, 'INTERNAL'],
])('maps %p to %i %s without revealing its message', (error, status, code) => {
  const answer = toAnswer(error, '');
  expect(answer).toMatchObject({ status, code });
  expect(answer.message).not.toMatch(/secret/);
});

it.each([
  [400, 'BAD_REQUEST'],
  [413, 'TOO_LARGE'],
  [415, 'UNSUPPORTED_MEDIA_TYPE'],
])('maps errors of the body parser to their status %i', (status, code) => {
  const error = Object.assign(new Error('no such thing'), { status, type: 'some.type' });
  expect(toAnswer(error, 'The file is too large.')).toMatchObject({ status, code });
  expect(toAnswer(error, 'The file is too large.').message).toMatch(/^The body/);
});

it('names the limit that an upload exceeds', () => {
  const refused = new UploadRefusedError('NAME_TOO_LONG', 'At most 1024 bytes.');
  expect(toAnswer(refused, 'x')).toMatchObject({
    status: 413,
    code: 'NAME_TOO_LONG',
    message: 'At most 1024 bytes.',
  });
});

it('sends Retry-After for a full queue', () => {
  expect(toAnswer(new QueueFullError(256, 7), '')).toMatchObject({ status: 503, retryAfter: 7 });
});

it.each<[unknown, boolean]>([
  [new BadImageError('it is not a JPEG'), true],
  [new KeyReusedError('64b000000000000000000001'), true],
  [new SourceMissingError(), true],
  [new BadRequestException('score: wrong.'), true],
  [new QueueFullError(256, 7), false],
  [new VolumeFullError(1, 2), false],
  [new ServiceUnavailableException('try again'), false],
  [errorNamed('MongoServerSelectionError'), false],
  [errorWithCode('ENOSPC'), false],
  [new TypeError('secret'), false],
])('knows whether the client is at fault for %p: %p', (error, expected) => {
  expect(isClientFault(error)).toBe(expected);
});

it('sends Retry-After with every 503 and nothing else', () => {
  expect(toAnswer(new DetectorUnavailableError('unavailable'), '').retryAfter).toBe(5);
  expect(toAnswer(new BadImageError('it is not a JPEG'), '').retryAfter).toBeUndefined();
});

it('uses the message of the service for a request that is too large', () => {
  expect(toAnswer(new PayloadTooLargeException(), 'At most 25 MB.')).toMatchObject({
    status: 413,
    code: 'TOO_LARGE',
    message: 'At most 25 MB.',
  });
});
