import { classColour, cssColour, type Summary } from '#annotation/files';
import type { SummaryResource } from '#contract';

/** Adds the colour of each class to a stored summary. */
export function withColours(summary: Summary): SummaryResource {
  const { classes, bins, peaks, precision = null, ...rest } = summary;
  return {
    ...rest,
    precision,
    classes: classes.map(({ objects = null, ...one }) => ({
      ...{ ...one, objects },
      colour: cssColour(classColour(one.classIndex)),
    })),
    bins: { ...bins, objects: bins.objects ?? null } as SummaryResource['bins'],
    peaks: [...peaks],
  };
}
