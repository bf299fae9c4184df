import { PassThrough, Readable } from 'node:stream';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Server, TUS_RESUMABLE } from '@tus/server';
import type { Request as ExpressRequest, Response as ExpressResponse } from 'express';
import { CONFIG, isClientFault } from '#platform';
import { VolumeFullError, isVolumeFault } from '#workspace';
import { tooLarge, volumeFull, type Limits } from '../intake/limits';
import { TusVersionError, UploadUnfinishedError, WrongChunkTypeError, explainTus } from './tus-errors';
import { NewestFirst } from './upload-lock';
import { UploadStore } from './upload-store';
import { UploadsService } from './uploads.service';

export const UPLOADS_PATH = '/api/uploads';

/** Response header with the id of the job created from an upload. */
export const JOB_HEADER = 'Boxreel-Job';

/** Content type of a part of an upload. */
export const CHUNK_TYPE = 'application/offset+octet-stream';

/** Headers of the protocol. Express handles others, such as X-Forwarded-Proto. */
const HEADERS = /^(tus-|upload-|content-(type|length)$)/;

const KEPT = 'The part that has arrived is kept; resume when there is space.';

/** Serves tus (https://tus.io/protocols/resumable-upload) with our store, error format and connection handling. */
@Injectable()
export class TusService implements OnModuleDestroy {
  private readonly server: Server;
  private readonly failures = new WeakMap<object, Error>();
  private readonly arriving = new Set<ExpressRequest>();
  private stopping = false;

  constructor(
    store: UploadStore,
    private readonly uploads: UploadsService,
    @Inject(CONFIG) private readonly limits: Limits,
  ) {
    this.server = new Server({
      path: UPLOADS_PATH,
      datastore: store,
      maxSize: limits.UPLOAD_MAX_BYTES,
      relativeLocation: true, // behind a proxy the public address is unknown
      locker: new NewestFirst(),
      lockDrainTimeout: 1, // ms until a replaced request ends; received data is still written
      onUploadCreate: async (_request, { size = 0, metadata }) => {
        await uploads.check(size, metadata);
        return {};
      },
      onUploadFinish: async (_request, { id }) => ({ headers: { [JOB_HEADER]: await this.jobOf(id) } }),
      onResponseError: (request, error) => {
        if (isVolumeFault(error) && !(error instanceof VolumeFullError))
          this.failures.set(request, volumeFull(KEPT));
        else if (error instanceof Error && !('status_code' in error)) this.failures.set(request, error); // others come from the tus server
        return undefined;
      },
    });
  }

  /** Closes uploads in progress, which would delay the shutdown. Clients resume them. */
  onModuleDestroy(): void {
    this.stopping = true;
    for (const request of this.arriving) request.socket.destroy();
  }

  /** @throws the error to send, unless the request succeeds */
  async handle(request: ExpressRequest, response: ExpressResponse): Promise<void> {
    response.setHeader('Tus-Resumable', TUS_RESUMABLE);
    response.setHeader('Tus-Version', TUS_RESUMABLE);
    const version = request.headers['tus-resumable'];
    if (request.method !== 'OPTIONS' && version !== TUS_RESUMABLE) throw new TusVersionError();
    if (request.method === 'PATCH' && request.headers['content-type'] !== CHUNK_TYPE) {
      throw new WrongChunkTypeError(request);
    }
    if (Number(request.headers['upload-length']) > this.limits.UPLOAD_MAX_BYTES) throw tooLarge(this.limits);
    const body = ['POST', 'PATCH'].includes(request.method) ? new PassThrough() : undefined;
    const webRequest = toWeb(request, body);
    const answer = await this.receive(request, body, () => this.server.handleWeb(webRequest));
    if (!answer.ok) throw this.failures.get(webRequest) ?? explainTus(answer.status, await answer.text());
    for (const [name, value] of answer.headers) {
      if (name === 'location') response.location(value);
      else if (!/^(access-control|content)-/.test(name)) response.setHeader(name, value);
    }
    if (request.method === 'HEAD') await this.addJob(request, response);
    response.status(answer.status).end();
  }

  private async jobOf(id: string): Promise<string> {
    return (await this.uploads.finish(id))._id.toHexString();
  }

  /** Adds the job of a complete upload. Creates it if a crash after the last byte prevented that. */
  private async addJob(request: ExpressRequest, response: ExpressResponse): Promise<void> {
    if (response.getHeader('upload-offset') !== response.getHeader('upload-length')) return;
    try {
      response.setHeader(JOB_HEADER, await this.jobOf(String(request.params['id'])));
    } catch (error) {
      throw isClientFault(error) ? error : new UploadUnfinishedError();
    }
  }

  /** Ends the body when the connection is lost, the service stops, or the work is done or fails. */
  private async receive<Result>(
    request: ExpressRequest,
    body: PassThrough | undefined,
    work: () => Promise<Result>,
  ): Promise<Result> {
    if (!body) return work();
    if (this.stopping) request.socket.destroy();
    request.once('close', () => {
      if (!request.complete) body.destroy(new Error('the connection was lost'));
    });
    this.arriving.add(request);
    request.pipe(body);
    try {
      return await work();
    } finally {
      this.arriving.delete(request);
      request.unpipe(body).resume(); // discard the rest
      body.destroy();
    }
  }
}

function toWeb({ method, path, headers }: ExpressRequest, body: PassThrough | undefined): Request {
  const relevant = Object.entries(headers).filter(([name]) => HEADERS.test(name));
  return new Request(new URL(path, 'http://localhost'), {
    method,
    headers: relevant.map(([name, value]): [string, string] => [name, String(value)]),
    ...(body && { body: Readable.toWeb(body), duplex: 'half' }),
  });
}
