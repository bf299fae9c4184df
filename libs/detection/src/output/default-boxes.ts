/** The pyramid of NVIDIA's SSD300 v1.1 (DeepLearningExamples, PyTorch/Detection/SSD, `dboxes300_coco`). */
const SIZE = 300;
const MAPS = [38, 19, 10, 5, 3, 1];
const STEPS = [8, 16, 32, 64, 100, 300];
/** Scale of map k and of the next one, in pixels of the input. */
const SCALES = [21, 45, 99, 153, 207, 261, 315];
const ASPECT_RATIOS = [[2], [2, 3], [2, 3], [2, 3], [2], [2]];

/**
 * The 8,732 default boxes of SSD300, in the order of its outputs: map, shape, row, column (the loops of the original
 * decoder, reordered like the head's reshape). Map k has a square of its scale, one of the geometric mean with the next
 * scale, and two upright rectangles of the square's area for each aspect ratio.
 *
 * @returns cx, cy, w, h of each as fractions of the input, 0..1
 */
export function defaultBoxes(): Float64Array {
  const boxes = MAPS.flatMap((cells, map) => {
    const step = (STEPS[map] ?? 0) / SIZE;
    const range = Array.from({ length: cells }, (_, i) => (i + 0.5) * step);
    return shapes(map).flatMap(([w, h]) => range.flatMap((cy) => range.flatMap((cx) => [cx, cy, w, h])));
  });
  return Float64Array.from(boxes, (value) => Math.min(1, Math.max(0, value)));
}

/** Widths and heights of the default boxes in each cell of a map. */
function shapes(map: number): [w: number, h: number][] {
  const scale = (SCALES[map] ?? 0) / SIZE;
  const between = Math.sqrt((scale * (SCALES[map + 1] ?? 0)) / SIZE);
  const oblong = (ASPECT_RATIOS[map] ?? []).flatMap((ratio): [number, number][] => {
    const [long, short] = [scale * Math.sqrt(ratio), scale / Math.sqrt(ratio)];
    return [
      [long, short],
      [short, long],
    ];
  });
  return [[scale, scale], [between, between], ...oblong];
}
