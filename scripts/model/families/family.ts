import type { Graph, Value } from '../graph';

/** A family that a graph may belong to, and how its manifests describe it. */
export interface Guess {
  /** Name for people, such as "Ultralytics YOLOv8/v9/11/12 export". */
  readonly family: string;
  /** The `output` of the manifest. */
  readonly output: Readonly<Record<string, unknown>> & { readonly head: string };
  /** Usual `input` fields of the family, for graphs with float inputs. */
  readonly input?: Readonly<Record<string, unknown>>;
  /** Input width and height where the graph leaves them open. */
  readonly size?: number;
  /** Number of classes; undefined if the graph does not specify it. */
  readonly classes?: number | undefined;
  /** Label list of the family's COCO models; default: by the number of classes. */
  readonly labels?: string;
  /** Thresholds of the family, where they differ from the defaults. */
  readonly defaults?: Readonly<Record<string, number>>;
  /** What to verify. */
  readonly remarks?: readonly string[];
}

/** Finds the members of a family that match a graph, the most probable first. */
export type Family = (graph: Graph) => Guess[];

/** 1 / 255. */
export const PER_255 = 0.00392156862745098;

/** Mean and standard deviation of ImageNet, for pixels 0..1. */
export const IMAGENET = { scale: PER_255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

export function isBoxes({ shape }: Value): boolean {
  return shape.at(-1) === 4 && (shape.length === 3 || shape.length === 2);
}

/** Number of classes in a dimension; undefined if it is free. */
export function classesIn(columns: number | string | undefined, others: number): number | undefined {
  return typeof columns === 'number' ? columns - others : undefined;
}

/** Height and width of the image input; undefined where they are free. */
export function sizeOf({ inputs }: Graph): { width: number | undefined; height: number | undefined } {
  const shape = imageInput(inputs)?.shape ?? [];
  const [height, width] = shape.at(-1) === 3 ? shape.slice(-3, -1) : shape.slice(-2);
  const fixed = (side: number | string | undefined) => (typeof side === 'number' ? side : undefined);
  return { width: fixed(width), height: fixed(height) };
}

/** The input that takes the image: the one with the most dimensions. */
export function imageInput(inputs: readonly Value[]): Value | undefined {
  const deepest = Math.max(...inputs.map(({ shape }) => shape.length));
  return inputs.find(({ shape }) => shape.length === deepest && deepest >= 3);
}
