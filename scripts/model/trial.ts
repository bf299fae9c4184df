import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Detection, ModelMismatchError, sampleImage } from '#detection';
import type { Draft } from './guess';
import { withEngine, type ModelFolders } from './model-folders';

/** The draft that fits, or why none does. */
export type Trial =
  | { readonly fits: true; readonly draft: Draft; readonly detections: readonly Detection[] }
  | { readonly fits: false; readonly problems: readonly { family: string; problem: string }[] };

/**
 * Runs a model with each draft, until one shows no signs of another contract.
 * @param path the .onnx file
 */
export async function firstThatRuns(
  drafts: readonly Draft[],
  path: string,
  folders: ModelFolders,
): Promise<Trial> {
  const problems: { family: string; problem: string }[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'boxreel-check-'));
  try {
    for (const draft of drafts) {
      const file = join(folder, 'model.json');
      await writeFile(file, JSON.stringify({ ...draft.manifest, source: { type: 'file', path } }));
      try {
        const { detections } = await withEngine(folders, async (engine) =>
          engine.detect(file, await sampleImage()),
        );
        return { fits: true, draft, detections };
      } catch (error) {
        if (!(error instanceof ModelMismatchError)) throw error;
        problems.push({ family: draft.family, problem: error.message.replace(/^Model model: /, '') });
      }
    }
    return { fits: false, problems };
  } finally {
    await rm(folder, { recursive: true });
  }
}
