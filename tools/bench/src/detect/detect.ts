import type { Options } from '../options';
import { measureLoad } from './load';
import { makeImages } from './images';
import { measureThroughput } from './throughput';

/**
 * Measures the detection engine: throughput of each model, and the image endpoint under load.
 * @returns all results
 */
export async function measureDetect(folder: string, options: Options): Promise<object> {
  const { size, frames } = options;
  const images = await makeImages(folder, size, frames);
  console.log(`Images: ${frames} JPEGs of ${size.width}x${size.height}, frames of a clip made by ffmpeg.\n`);
  const throughput = await measureThroughput(images, options);
  const load = await measureLoad(images, options);
  return { throughput, load };
}
