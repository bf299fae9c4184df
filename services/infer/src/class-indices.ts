import type { Label } from '#detection';

/** Class indices of the labels that are wanted: all of a name, which several classes may have, none of one unknown. */
export function classIndices(wanted: readonly string[], labels: readonly Label[]): number[] {
  return labels.flatMap(({ name }, index) => (wanted.includes(name) ? [index] : []));
}
