import { PassThrough, Readable } from 'node:stream';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Server, TUS_RESUMABLE } from '@tus/server';
import type { Request as Asked, Response as Answer } from 'express';
import { isClientFault } from '#http';
import { CONFIG } from '#service';
import { VolumeFullError, isVolumeFault } from '#workspace';
import { tooLarge, volumeFull, type Limits } from '../intake/limits';
import { UploadUnfinishedError, TusVersionError, explainTus } from './tus-errors';
import { NewestFirst } from './upload-lock';
import { UploadStore } from './upload-store';
import { UploadsService } from './uploads.service';

export const UPLOADS_PATH = '/api/uploads';

/** Answer header that names the job which an upload has become. */
export const JOB_HEADER = 'Boxreel-Job';

/** What the protocol looks at. Others, such as X-Forwarded-Proto, are the business of Express. */
const HEADERS = /^(tus-|upload-|content-(type|length)$)/;

const KEPT = 'What had arrived is kept, and can be gone on with when there is room.';

/** Speaks tus (https://tus.io/protocols/resumable-upload) with our store, our words for errors and our connections. */
@Injectable()
export class TusService implements OnModuleDestroy {
  private readonly server: Server;
  private readonly failures = new WeakMap<object, Error>();
  private readonly arriving = new Set<Asked>();
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
      relativeLocation: true, // behind a proxy nobody here knows the address
      locker: new NewestFirst(),
      lockDrainTimeout: 1, // ms; what has come of a request that another one replaces is written, then it ends
      onUploadCreate: async (_request, { size = 0, metadata }) => {
        await uploads.check(size, metadata);
        return {};
      },
      onUploadFinish: async (_request, { id }) => ({ headers: { [JOB_HEADER]: await this.jobOf(id) } }),
      onResponseError: (request, error) => {
        if (isVolumeFault(error) && !(error instanceof VolumeFullError))
          this.failures.set(request, volumeFull(KEPT));
        else if (error instanceof Error && !('status_code' in error)) this.failures.set(request, error); // else it is the server's own
        return undefined;
      },
    });
  }

  /** What is arriving is cut off, and kept: it would hold up the end for as long as its clients like. */
  onModuleDestroy(): void {
    this.stopping = true;
    for (const request of this.arriving) request.socket.destroy();
  }

  /** @throws the error to answer, where it is no success */
  async handle(request: Asked, response: Answer): Promise<void> {
    response.setHeader('Tus-Resumable', TUS_RESUMABLE);
    response.setHeader('Tus-Version', TUS_RESUMABLE);
    const speaks = request.headers['tus-resumable'];
    if (request.method !== 'OPTIONS' && speaks !== TUS_RESUMABLE) throw new TusVersionError();
    if (Number(request.headers['upload-length']) > this.limits.UPLOAD_MAX_BYTES) throw tooLarge(this.limits);
    const body = ['POST', 'PATCH'].includes(request.method) ? new PassThrough() : undefined;
    const asked = toWeb(request, body);
    const answer = await this.receive(request, body, () => this.server.handleWeb(asked));
    if (!answer.ok) throw this.failures.get(asked) ?? explainTus(answer.status, await answer.text());
    for (const [name, value] of answer.headers) {
      if (name === 'location') response.location(value);
      else if (!/^(access-control|content)-/.test(name)) response.setHeader(name, value);
    }
    if (request.method === 'HEAD') await this.mend(request, response);
    response.status(answer.status).end();
  }

  private async jobOf(id: string): Promise<string> {
    return (await this.uploads.finish(id))._id.toHexString();
  }

  /** Whoever asks about an upload that is complete is told its job, which a crash after the last byte may have left unmade. */
  private async mend(request: Asked, response: Answer): Promise<void> {
    if (response.getHeader('upload-offset') !== response.getHeader('upload-length')) return;
    try {
      response.setHeader(JOB_HEADER, await this.jobOf(String(request.params['id'])));
    } catch (error) {
      throw isClientFault(error) ? error : new UploadUnfinishedError();
    }
  }

  /** Sees to it that a body comes to an end, whatever happens to its line, to us or to what was made of it. */
  private async receive<Result>(
    request: Asked,
    body: PassThrough | undefined,
    work: () => Promise<Result>,
  ): Promise<Result> {
    if (!body) return work();
    if (this.stopping) request.socket.destroy();
    request.once('close', () => {
      if (!request.complete) body.destroy(new Error('the connection broke'));
    });
    this.arriving.add(request);
    request.pipe(body);
    try {
      return await work();
    } finally {
      this.arriving.delete(request);
      request.unpipe(body).resume(); // nothing of a rest is kept
      body.destroy();
    }
  }
}

function toWeb({ method, path, headers }: Asked, body: PassThrough | undefined): Request {
  const relevant = Object.entries(headers).filter(([name]) => HEADERS.test(name));
  return new Request(new URL(path, 'http://localhost'), {
    method,
    headers: relevant.map(([name, value]): [string, string] => [name, String(value)]),
    ...(body && { body: Readable.toWeb(body), duplex: 'half' }),
  });
}
