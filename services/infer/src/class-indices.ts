import type { Label } from '#detection';

/** Class indices of the chosen labels. Several classes may share a name; unknown names are ignored. */
export function classIndices(chosen: readonly string[], labels: readonly Label[]): number[] {
  return labels.flatMap(({ name }, index) => (chosen.includes(name) ? [index] : []));
}
