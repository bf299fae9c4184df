import { readFile } from 'node:fs/promises';
import { BadImageError, type Detection, type Manifest, PrecisionUnavailableError } from '#detection';
import { Model } from '../../../libs/detection/src/engine/model';
import type { Expected } from '../../../libs/detection/src/int8/recipe';
import { agreementOf, type Agreement, type Compared } from './agreement';
import type { ImageFolder } from './images';
import { ONE_IMAGE } from './one-image';

/** Nearly all detections count for average precision. */
const FLOOR = 0.01;

/** Images at most; the first ones. */
const MOST = 500;

export interface Comparison {
  /** Number of images. */
  readonly images: number;
  /** int8 with exact products, as on CPUs with VNNI. */
  readonly exact: Agreement;
  /** int8 with the fastest kernels of this CPU. */
  readonly fast: Agreement;
  /** Why the self-check refuses int8 on this CPU; undefined if it does not. */
  readonly refusal: string | undefined;
  /** What the self-check expects. */
  readonly expected: Expected;
  /** Median time of a run on this CPU, with its fastest kernels. */
  readonly ms: { readonly fp32: number; readonly int8: number };
}

/** Runs a model on images in fp32 and in int8, alternately, so that other load affects both in the same way. */
export async function compare(
  manifest: Manifest,
  files: { readonly fp32: string; readonly int8: string },
  { files: images, truths }: ImageFolder,
): Promise<Comparison> {
  const fp32 = await Model.load(manifest, files.fp32, ONE_IMAGE);
  const exact = await Model.load(manifest, files.int8, { ...ONE_IMAGE, exactProducts: true });
  const fast = await Model.load(manifest, files.int8, ONE_IMAGE);
  const compared = { exact: [] as Compared[], fast: [] as Compared[] };
  const times = { fp32: [] as number[], int8: [] as number[] };
  for (const file of images.slice(0, MOST)) {
    const image = await readFile(file);
    const inFp32 = await detect(fp32, image, manifest);
    const inExact = await detect(exact, image, manifest);
    const inFast = await detect(fast, image, manifest);
    times.fp32.push(inFp32.computeMs);
    times.int8.push(inFast.computeMs);
    const about = { truths: await truths?.(file), fp32: inFp32.detections };
    compared.exact.push({ ...about, int8: inExact.detections });
    compared.fast.push({ ...about, int8: inFast.detections });
  }
  const expected = await exact.expectation();
  const refusal = await refusalOf(fast, expected);
  for (const model of [fp32, exact, fast]) await model.close();
  const { score } = manifest.defaults;
  return {
    images: compared.exact.length,
    exact: agreementOf(compared.exact, score),
    fast: agreementOf(compared.fast, score),
    ms: { fp32: median(times.fp32), int8: median(times.int8) },
    ...{ refusal, expected },
  };
}

/** Why the self-check refuses a model; undefined if it does not. */
async function refusalOf(model: Model, expected: Expected): Promise<string | undefined> {
  try {
    await model.check(expected);
    return undefined;
  } catch (error) {
    if (error instanceof PrecisionUnavailableError) return error.message;
    throw error;
  }
}

async function detect(
  model: Model,
  image: Buffer,
  { defaults }: Manifest,
): Promise<{ detections: readonly Detection[]; computeMs: number }> {
  const thresholds = { score: FLOOR, iou: defaults.iou, max: defaults.max };
  const [result] = await model.detect([{ image, thresholds }]);
  if (!result || result instanceof BadImageError) throw result ?? new Error('the model returned nothing');
  return result;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
