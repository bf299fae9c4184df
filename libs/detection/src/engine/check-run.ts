import { ModelMismatchError } from '../errors';
import { type Manifest } from '../manifest/schema';
import { type Head, type OutputTensor } from '../output/head';
import { checkBoxes, checkScores } from './check-graph';

/**
 * Checks the outputs of a run for signs that the manifest describes another contract than the graph's.
 * @param outputs the outputs that the head reads, in its order
 * @throws ModelMismatchError with what the graph probably is and what to write
 */
export function checkRun(manifest: Manifest, head: Head, outputs: readonly OutputTensor[]): void {
  const sign = head.suspect?.(outputs);
  if (sign !== undefined) {
    throw new ModelMismatchError(
      `Model ${manifest.name}: head "${manifest.output.head}" does not fit this graph: in a test run, ${sign}`,
    );
  }
  checkScores(manifest, outputs);
  checkBoxes(manifest, outputs);
}
