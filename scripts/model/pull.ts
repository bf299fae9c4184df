import { readRecipe } from '../../libs/detection/src/int8/recipe';
import { ensureInt8 } from '../../libs/detection/src/store/int8';
import { fetchModel, type ModelFolders } from './model-folders';

/** Downloads a model, makes its int8 variant if it has one, and prints the path of the model. */
export async function pull(model: string, folders: ModelFolders): Promise<void> {
  const { manifest, modelPath } = await fetchModel(model, folders);
  const recipe = await readRecipe(manifest);
  if (recipe) {
    await ensureInt8(manifest.name, modelPath, recipe, {
      cacheDir: folders.cacheDir,
      onProgress: console.error,
    });
  }
  console.log(modelPath);
}
