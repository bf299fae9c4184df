import { type Manifest } from '../manifest/schema';
import { type WorkFolder } from './work-folder';

/** What a source needs to download a model's file into the work folder. */
export interface Fetching {
  readonly manifest: Manifest;
  readonly work: WorkFolder;
  readonly say: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** Interrupt a download after this time without data, in milliseconds. */
  readonly stallMs: number;
  /** Delay before the first retry, in milliseconds; doubles with each retry. */
  readonly retryMs: number;
}
