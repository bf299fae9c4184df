import { execFile, type ExecFileException } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { DeviceUnavailableError } from '../errors';

export type Device = 'cpu' | 'cuda';

/** The first use of CUDA may take seconds. */
const TRIAL_TIMEOUT_MS = 60_000;

/** `auto` uses CUDA if it works. */
export type DeviceChoice = 'auto' | Device;

export interface Placement {
  readonly device: Device;
  /** Why `auto` chose the CPU. */
  readonly reason?: string;
}

/**
 * Decides which device runs the models.
 * @throws DeviceUnavailableError if CUDA is required and does not work
 */
export async function chooseDevice(choice: DeviceChoice): Promise<Placement> {
  if (choice === 'cpu') return { device: 'cpu' };
  const reason = (await cudaIsInstalled())
    ? await tryCuda()
    : "ONNX Runtime's CUDA provider is not installed";
  if (reason === undefined) return { device: 'cuda' };
  if (choice === 'auto') return { device: 'cpu', reason: `CUDA is not available: ${reason}` };
  throw new DeviceUnavailableError(
    `CUDA is not available: ${reason}. It requires a GPU with its driver and onnxruntime-node installed with its CUDA ` +
      "provider. Set the device to 'cpu', or to 'auto' to fall back to the CPU.",
  );
}

/** Checks for the provider's library first: without it, ONNX Runtime prints an error itself. */
async function cudaIsInstalled(): Promise<boolean> {
  const library =
    process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so';
  const binaries = join(dirname(require.resolve('onnxruntime-node')), '../bin');
  const files = await readdir(binaries, { recursive: true }).catch(() => []);
  return files.some((file) => file.endsWith(join(process.arch, library)));
}

/**
 * Runs a graph of one node on CUDA in a separate process: ONNX Runtime blocks, prints missing libraries instead of
 * throwing, and never frees GPU memory.
 * @returns the reason of the failure, or undefined
 */
export async function tryCuda(): Promise<string | undefined> {
  const trial = [join(__dirname, 'cuda-trial.js')];
  try {
    await promisify(execFile)(process.execPath, trial, { timeout: TRIAL_TIMEOUT_MS });
    return undefined;
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as ExecFileException;
    const missing = /[^/\s]+: cannot open shared object file/.exec(stderr)?.[0];
    return [stdout.trim() || message, ...(missing === undefined ? [] : [missing])].join('; ');
  }
}
