import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { UsageError } from '../usage-error';
import type { Truth } from './average-precision';

const IMAGES = ['.jpg', '.jpeg', '.png', '.webp'];

/** The images of a folder, and their labels in YOLO format if there are any. */
export interface ImageFolder {
  /** Paths, sorted. */
  readonly files: readonly string[];
  /** The labelled objects of an image; undefined without labels. */
  readonly truths: ((file: string) => Promise<Truth[]>) | undefined;
}

/**
 * Finds the images of a folder or of its subfolder `images`, and labels in the folder `labels` beside them.
 * @throws UsageError if there are no images
 */
export async function readImageFolder(folder: string): Promise<ImageFolder> {
  const inside = join(folder, 'images');
  const images = resolve((await isFolder(inside)) ? inside : folder);
  const names = await readdir(images).catch(() => []);
  const files = names.filter((name) => IMAGES.includes(extname(name).toLowerCase())).sort();
  if (files.length === 0) throw new UsageError(`${folder} contains no JPEG, PNG or WebP images.`);
  const labels = join(dirname(images), 'labels');
  const hasLabels = basename(images) === 'images' && (await isFolder(labels));
  return {
    files: files.map((name) => join(images, name)),
    truths: hasLabels
      ? (file) => readTruths(join(labels, `${basename(file, extname(file))}.txt`))
      : undefined,
  };
}

/** Labels in YOLO format: class, centre x and y, width and height, as fractions. An image without a file has no objects. */
export async function readTruths(file: string): Promise<Truth[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [classIndex = 0, cx = 0, cy = 0, w = 0, h = 0] = line.trim().split(/\s+/).map(Number);
      return { classIndex, box: [cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2] };
    });
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
