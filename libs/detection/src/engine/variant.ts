import { DetectionError, ModelMismatchError, PrecisionUnavailableError } from '../errors';
import { cpuGainsFromInt8, type Precision, type PrecisionChoice } from '../int8/precision';
import { type Expected, readRecipe, type Recipe } from '../int8/recipe';
import { type Manifest } from '../manifest/schema';
import { ensureInt8 } from '../store/int8';
import { type StoreOptions } from '../store/store';
import { type Device } from './device';

/** A model as requested; requests with the same key share it. */
export interface Wanted {
  readonly key: string;
  readonly model: string;
  readonly precision: PrecisionChoice;
}

/**
 * @param precision of this request
 * @param standard of the engine
 */
export function wantedOf(
  model: string,
  precision: Precision | undefined,
  standard: PrecisionChoice = 'fp32',
): Wanted {
  if (precision === undefined || precision === standard) return { key: model, model, precision: standard };
  return { key: `${model} in ${precision}`, model, precision };
}

/** A model's file in one precision. */
export interface Variant {
  readonly precision: Precision;
  /** The .onnx file. */
  readonly file: string;
  /** What it must return for the sample image; int8 only. */
  readonly expected?: Expected;
}

export interface VariantOptions extends StoreOptions {
  readonly precision: PrecisionChoice;
  readonly device: Device;
  /** Whether the CPU gains from int8; default: read from the system. */
  readonly cpuGains?: boolean | undefined;
}

/** The variant to load, and the one to load instead if that one is wrong on this CPU. */
export interface Choice {
  readonly first: Variant;
  readonly fallback?: Variant;
}

const NO_RECIPE = 'it has no int8 variant; make one with npm run model -- quantise';

/**
 * Decides in which precision a model runs, and makes its int8 variant if needed. Says why a model that has an int8 variant
 * does not use it.
 *
 * @param file the model's fp32 file
 * @throws PrecisionUnavailableError if int8 is required and not available; with `auto` nothing but the signal's reason
 */
export async function chooseVariant(
  manifest: Manifest,
  file: string,
  options: VariantOptions,
): Promise<Choice> {
  const { precision, onProgress: say = () => undefined, signal } = options;
  const { name } = manifest;
  const fp32: Variant = { precision: 'fp32', file };
  if (precision === 'fp32') return { first: fp32 };
  try {
    const recipe = await readRecipe(manifest);
    if (recipe === undefined) {
      if (precision === 'auto') return { first: fp32 };
      throw new PrecisionUnavailableError(NO_RECIPE);
    }
    const int8 = await int8Variant(name, file, recipe, options);
    return { first: int8, ...(precision === 'auto' && { fallback: fp32 }) };
  } catch (error) {
    signal?.throwIfAborted();
    const reason = (error as Error).message;
    if (precision === 'int8') throw refused(name, reason, error);
    say(inFp32(name, reason));
    return { first: fp32 };
  }
}

async function int8Variant(
  name: string,
  file: string,
  recipe: Recipe,
  options: VariantOptions,
): Promise<Variant> {
  const { device, precision } = options;
  if (device !== 'cpu') throw new PrecisionUnavailableError('int8 runs on CPUs only');
  if (precision === 'auto' && (options.cpuGains ?? (await cpuGainsFromInt8())) === false) {
    throw new PrecisionUnavailableError('this CPU has no dot products of 8-bit integers (VNNI)');
  }
  return {
    precision: 'int8',
    file: await ensureInt8(name, file, recipe, options),
    expected: recipe.expected,
  };
}

/**
 * Starts the first variant, or the fallback if the first one is wrong on this CPU.
 * @throws PrecisionUnavailableError without a fallback, or what `start` throws
 */
export async function startVariant<Started>(
  name: string,
  { first, fallback }: Choice,
  start: (variant: Variant) => Promise<Started>,
  say: (message: string) => void,
): Promise<Started> {
  try {
    return await start(first);
  } catch (error) {
    const isWrong = error instanceof PrecisionUnavailableError || error instanceof ModelMismatchError;
    if (first.precision === 'fp32' || !isWrong) throw error;
    if (!fallback) throw refused(name, error.message, error);
    say(inFp32(name, error.message));
    return start(fallback);
  }
}

function inFp32(name: string, reason: string): string {
  return `${name} runs in fp32: ${withoutStop(reason)}.`;
}

function refused(name: string, reason: string, cause: unknown): DetectionError {
  return new PrecisionUnavailableError(
    `Model ${name} cannot run in int8: ${withoutStop(reason)}. Set PRECISION to auto or fp32.`,
    { cause },
  );
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
