import type { SummaryResource } from '#contract';

/** Size of the drawing of a class, in its own units: a bin is one wide. */
const HEIGHT = 20;

/** A class in two runs. `a` and `b` are paths for SVG: the detections over time. */
export interface ComparedClass {
  readonly label: string;
  readonly colour: string;
  readonly a: Run;
  readonly b: Run;
  readonly difference: string;
  readonly viewBox: string;
}

interface Run {
  readonly count: number;
  readonly frames: number;
  readonly path: string;
}

/** The classes of two runs, most frequent first. */
export function compareClasses(a: SummaryResource, b: SummaryResource): ComparedClass[] {
  const labels = new Map([...b.classes, ...a.classes].map(({ label, colour }) => [label, colour]));
  return [...labels]
    .map(([label, colour]) => compareClass(label, colour, a, b))
    .sort((one, other) => other.a.count + other.b.count - one.a.count - one.b.count);
}

function compareClass(label: string, colour: string, a: SummaryResource, b: SummaryResource): ComparedClass {
  const peak = Math.max(1, ...binsOf(a, label), ...binsOf(b, label));
  const width = Math.max(1, binsOf(a, label).length, binsOf(b, label).length);
  const runOf = (summary: SummaryResource): Run => {
    const found = summary.classes.find((one) => one.label === label);
    return {
      count: found?.count ?? 0,
      frames: found?.frames ?? 0,
      path: stepped(binsOf(summary, label), width, peak),
    };
  };
  const [first, second] = [runOf(a), runOf(b)];
  const difference = second.count - first.count;
  return {
    ...{ label, colour, a: first, b: second, viewBox: `0 0 ${width} ${HEIGHT}` },
    difference: difference > 0 ? `+${difference}` : String(difference),
  };
}

function binsOf({ bins }: SummaryResource, label: string): readonly number[] {
  return bins.counts[label] ?? [];
}

/** A line with a step per bin, stretched to `width`; along the bottom for a run without the class. */
function stepped(bins: readonly number[], width: number, peak: number): string {
  const y = (count: number) => (HEIGHT - 1 - (count / peak) * (HEIGHT - 2)).toFixed(1);
  if (bins.length === 0) return `M0 ${y(0)}H${width}`;
  const step = width / bins.length;
  return bins
    .map((count, n) => `${n === 0 ? 'M0 ' : 'V'}${y(count)}H${((n + 1) * step).toFixed(1)}`)
    .join('');
}
