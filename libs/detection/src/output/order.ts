/** Names that TensorFlow gives to boxes of the form y1, x1, y2, x2. */
const TENSORFLOW = /detection_boxes/;

/**
 * Swapped coordinates are still valid boxes, so only the name shows that TensorFlow wrote them.
 * @returns what to write, unless the manifest says the order
 */
export function orderProblem(name: string, order: 'xyxy' | 'yxyx' | undefined): string | undefined {
  if (order !== undefined || !TENSORFLOW.test(name)) return undefined;
  return `'${name}' is probably the output of the TensorFlow Object Detection API, with boxes y1, x1, y2, x2: set "order": "yxyx" (or "xyxy" if the export changed that).`;
}
