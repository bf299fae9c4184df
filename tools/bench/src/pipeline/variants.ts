import type { Run } from '../run';
import type { Settings } from './run-boxreel';

interface Variant {
  readonly title: string;
  /** Boxreel's settings; the others have none. */
  readonly settings?: Settings;
}

/** What is compared; each runs once per round, in this order. */
export const VARIANTS = {
  'naive-mpeg4': { title: 'naive, mpeg4 AVI' },
  'naive-mjpeg': { title: 'naive, mjpeg AVI' },
  'one-loop': { title: 'one loop, mpeg4 AVI' },
  full: {
    title: 'Boxreel full, mjpeg AVI (default)',
    settings: { AVI_CODEC: 'mjpeg', PREVIEW: 'on-demand' },
  },
  'full-mp4': {
    title: 'Boxreel full, mjpeg AVI and MP4',
    settings: { AVI_CODEC: 'mjpeg', PREVIEW: 'eager' },
  },
  'full-mpeg4': {
    title: 'Boxreel full, mpeg4 AVI',
    settings: { AVI_CODEC: 'mpeg4', PREVIEW: 'on-demand' },
  },
  lean: {
    title: 'Boxreel lean, mjpeg AVI',
    settings: { ARTIFACTS: 'lean', AVI_CODEC: 'mjpeg', PREVIEW: 'on-demand' },
  },
} as const satisfies Readonly<Record<string, Variant>>;

export type VariantName = keyof typeof VARIANTS;

export const VARIANT_NAMES = Object.keys(VARIANTS) as VariantName[];

/** The variants for clips of other sizes. */
export const SIZE_VARIANTS = ['one-loop', 'full', 'lean'] as const satisfies readonly VariantName[];

/** The runs of one round; all rounds of a comparison have the same variants. */
export type Round = Readonly<Partial<Record<VariantName, Run>>>;

/** Two variants to compare. */
export interface Pair {
  readonly fast: VariantName;
  readonly slow: VariantName;
  readonly title: string;
}

export const PAIRS: readonly Pair[] = [
  { fast: 'full', slow: 'naive-mpeg4', title: 'as each comes: Boxreel full, naive mpeg4' },
  { fast: 'full-mp4', slow: 'naive-mpeg4', title: 'with the MP4: Boxreel full, naive mpeg4' },
  { fast: 'full', slow: 'naive-mjpeg', title: 'same codec, mjpeg: Boxreel full, naive' },
  { fast: 'full-mpeg4', slow: 'naive-mpeg4', title: 'same codec, mpeg4: Boxreel full, naive' },
  { fast: 'lean', slow: 'naive-mpeg4', title: 'as each comes: Boxreel lean, naive mpeg4' },
  { fast: 'one-loop', slow: 'naive-mpeg4', title: 'same codec, mpeg4: one loop, naive' },
  { fast: 'full', slow: 'one-loop', title: 'as each comes: Boxreel full, one loop' },
  { fast: 'full-mp4', slow: 'one-loop', title: 'with the MP4: Boxreel full, one loop' },
  { fast: 'full-mpeg4', slow: 'one-loop', title: 'same codec, mpeg4: Boxreel full, one loop' },
  { fast: 'lean', slow: 'one-loop', title: 'as each comes: Boxreel lean, one loop' },
];
