import type { Options } from '../options';
import { measureLoad } from './load';
import { makePictures } from './pictures';
import { measureThroughput } from './throughput';

/**
 * Measures the detection engine: throughput of each model, and the image endpoint under load.
 * @returns everything measured
 */
export async function measureDetect(folder: string, options: Options): Promise<object> {
  const { size, frames } = options;
  const pictures = await makePictures(folder, size, frames);
  console.log(
    `Pictures: ${frames} JPEGs of ${size.width}x${size.height}, frames of a clip made by ffmpeg.\n`,
  );
  const throughput = await measureThroughput(pictures, options);
  const load = await measureLoad(pictures, options);
  return { throughput, load };
}
