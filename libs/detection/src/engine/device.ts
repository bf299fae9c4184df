import { execFile, type ExecFileException } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { DeviceUnavailableError } from '../errors';

export type Device = 'cpu' | 'cuda';

/** Starting CUDA for the first time may take seconds. */
const TRIAL_TIMEOUT_MS = 60_000;

/** `auto` takes CUDA where it works. */
export type DeviceChoice = 'auto' | Device;

export interface Placement {
  readonly device: Device;
  /** Why it is not the better one; not given where that was not asked for. */
  readonly reason?: string;
}

/**
 * Decides where models run.
 * @throws DeviceUnavailableError if CUDA is asked for and does not work
 */
export async function chooseDevice(choice: DeviceChoice): Promise<Placement> {
  if (choice === 'cpu') return { device: 'cpu' };
  const reason = (await cudaIsInstalled())
    ? await tryCuda()
    : "ONNX Runtime's CUDA provider is not installed";
  if (reason === undefined) return { device: 'cuda' };
  if (choice === 'auto') return { device: 'cpu', reason: `no CUDA: ${reason}` };
  throw new DeviceUnavailableError(
    `CUDA cannot be used: ${reason}. It needs a GPU with its driver and onnxruntime-node installed with its CUDA ` +
      "provider; the device 'auto' falls back to the CPU, 'cpu' asks for it.",
  );
}

/** Looks for the provider's library first: an attempt without it makes ONNX Runtime print an error of its own. */
async function cudaIsInstalled(): Promise<boolean> {
  const library =
    process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so';
  const binaries = join(dirname(require.resolve('onnxruntime-node')), '../bin');
  const files = await readdir(binaries, { recursive: true }).catch(() => []);
  return files.some((file) => file.endsWith(join(process.arch, library)));
}

/**
 * Runs a graph of one node on CUDA, in a process of its own: ONNX Runtime blocks, prints what libraries are missing
 * instead of throwing it, and keeps the GPU's memory it has once taken.
 * @returns why that failed, or undefined
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
