import { setTimeout as sleep } from 'node:timers/promises';
import { DetectionError, IntegrityMismatchError, ModelMismatchError, ModelUnavailableError } from '../errors';
import { type UrlSource } from '../manifest/schema';
import { sha256Of } from './hash';
import { get, DownloadInterruptedError, DownloadRefusedError } from './http';
import { describeContent } from '../content';
import { PartialFile } from './partial-file';
import { type Fetching } from './source';

/** Maximum number of consecutive failures; an attempt that gets more than 1 % of the file resets the count. */
const MAX_FAILURES = 4;

/**
 * Downloads a file over HTTP into the work folder, resuming an earlier attempt. Checks incoming data against the
 * manifest: an HTML page, a wrong length or too many bytes abort the download immediately.
 *
 * Uses Node's `fetch`, which follows redirects, and uses a proxy if configured (`NODE_USE_ENV_PROXY=1`, from Node 22.21
 * and 24 on).
 *
 * @returns path of the file; the caller verifies its sha256
 * @throws ModelUnavailableError if the server cannot be reached or refuses, or the download failed too often: the
 *         partial file is kept. ModelMismatchError or IntegrityMismatchError if something else arrives.
 */
export async function fetchUrl(source: UrlSource, fetching: Fetching): Promise<string> {
  const { work } = fetching;
  const part = await PartialFile.open(work.path);
  try {
    await fetchWithRetries(source, part, fetching);
    return part.path;
  } catch (error) {
    // Keep the partial file for the next attempt, unless it is of the wrong file.
    work.keep = part.size > 0 && !(error instanceof DetectionError);
    if (!(error instanceof DownloadInterruptedError || error instanceof DownloadRefusedError)) throw error;
    throw new ModelUnavailableError(`${source.url} cannot be downloaded: ${error.message}.`, {
      cause: error,
    });
  } finally {
    await part.close();
  }
}

async function fetchWithRetries(source: UrlSource, part: PartialFile, fetching: Fetching): Promise<void> {
  const { manifest, say, signal, retryMs } = fetching;
  const progress = reporter(manifest.name, source.bytes, say);
  let best = part.size;
  for (let failures = 0; ;) {
    try {
      await fetchRest(source, part, fetching, progress);
      await verifyAssembled(part, manifest.sha256, signal);
      return;
    } catch (error) {
      if (!(error instanceof DownloadInterruptedError)) throw error;
      failures = part.size - best > source.bytes / 100 ? 1 : failures + 1;
      best = Math.max(best, part.size);
      if (failures === MAX_FAILURES) throw error;
      const wait = Math.max(retryMs * 2 ** (failures - 1), (error.retryAfterS ?? 0) * 1000);
      say(`Downloading ${manifest.name}: ${error.message}. Retrying in ${wait / 1000} s.`);
      await pause(wait, signal);
    }
  }
}

/** One request for the missing bytes. */
async function fetchRest(
  { url, bytes }: UrlSource,
  part: PartialFile,
  { stallMs, signal }: Fetching,
  progress: (size: number) => void,
): Promise<void> {
  if (part.size > bytes) await part.restart();
  if (part.size === bytes) return;
  const range = { from: part.size, validator: part.validator, stallMs, signal };
  await get(url, range, async (response, body) => {
    if (response.status === 200) {
      const length = lengthOf(response);
      if (length !== undefined && length !== bytes) {
        const { value: head } = await body.next();
        if (head) rejectNonModel(url, head);
        throw wrongSize(url, bytes, `${length} bytes`);
      }
      await part.restart(validatorOf(response));
    } else if (continues(response, part, bytes)) {
      part.assembled = true;
    } else {
      await part.restart();
      throw new DownloadInterruptedError('the server did not resume the download where it stopped');
    }
    for await (const chunk of body) {
      if (part.size === 0) rejectNonModel(url, chunk);
      if (part.size + chunk.length > bytes) throw wrongSize(url, bytes, 'more');
      await part.append(chunk);
      progress(part.size);
    }
  });
  if (part.size < bytes)
    throw new DownloadInterruptedError(`the server stopped at ${part.size} of ${bytes} bytes`);
}

/** Whether a response continues the partial file: the same content, from the requested byte to the end. */
function continues({ status, headers }: Response, part: PartialFile, bytes: number): boolean {
  const etag = headers.get('etag');
  return (
    status === 206 &&
    part.size > 0 &&
    !headers.has('content-encoding') &&
    headers.get('content-range') === `bytes ${part.size}-${bytes - 1}/${bytes}` &&
    (etag === null || part.validator?.startsWith('"') !== true || etag === part.validator)
  );
}

/** Length of the whole file according to a response; undefined for a compressed one. */
function lengthOf({ headers }: Response): number | undefined {
  const length = headers.get('content-length');
  return length === null || headers.has('content-encoding') ? undefined : Number(length);
}

/** A valid If-Range value (RFC 9110, 13.1.5): a strong ETag, otherwise the date. */
function validatorOf({ headers }: Response): string | undefined {
  const etag = headers.get('etag');
  return (etag?.startsWith('"') ? etag : headers.get('last-modified')) ?? undefined;
}

/** Chunks of different files may add up to the right size: then download all of it again. */
async function verifyAssembled(
  part: PartialFile,
  sha256: string | undefined,
  signal?: AbortSignal,
): Promise<void> {
  if (!part.assembled || (await sha256Of(part.path, signal)) === sha256) return;
  await part.restart();
  throw new DownloadInterruptedError('the file changed on the server during the download');
}

function rejectNonModel(url: string, head: Uint8Array): void {
  const instead = describeContent(head);
  if (instead) throw new ModelMismatchError(`${url} is ${instead}, not an ONNX model.`);
}

function wrongSize(url: string, bytes: number, actual: string): IntegrityMismatchError {
  return new IntegrityMismatchError(`The file of ${url}`, `${bytes} bytes`, actual);
}

/** Reports progress after every tenth of a download. */
function reporter(name: string, bytes: number, say: (message: string) => void): (size: number) => void {
  let said = -1;
  return (size) => {
    const tenths = Math.floor((10 * size) / bytes);
    if (tenths === said) return;
    said = tenths;
    say(`Downloading ${name}: ${Math.floor((100 * size) / bytes)} % of ${(bytes / 1e6).toFixed(1)} MB`);
  };
}

async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { ...(signal && { signal }) });
  } catch (error) {
    signal?.throwIfAborted(); // throw the caller's reason, not the timer's
    throw error;
  }
}
