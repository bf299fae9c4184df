import { type Manifest } from '../manifest/schema';
import { type WorkFolder } from './work-folder';

/** What a source needs to put a model's file into the work folder. */
export interface Fetching {
  readonly manifest: Manifest;
  readonly work: WorkFolder;
  readonly say: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** A download that gets no bytes for so long is interrupted, in milliseconds. */
  readonly stallMs: number;
  /** Wait before the first retry, in milliseconds; doubles each time. */
  readonly retryMs: number;
}
