import { tensorflow, torchvision } from './families/boxes-labels-scores';
import { detr, officialRtDetr, otherDetr, rfDetr, rtDetr } from './families/detr';
import { type Family, type Guess, imageInput, sizeOf } from './families/family';
import { boxesAndScores, ssd300, ssdAnchors, ssdZoo } from './families/ssd';
import { namesIn, nanodet, yolo } from './families/yolo';
import { describe, type Graph } from './graph';
import { ModelCheckError } from './model-check-error';

/** Where a model comes from, in the form of a manifest. */
export interface Origin {
  readonly title: string;
  readonly source: { readonly type: 'file'; readonly path: string };
  readonly sha256: string;
}

/** What a graph may be. */
export interface Draft {
  readonly family: string;
  /** In the form of a manifest file. */
  readonly manifest: object;
  /** What the user has to verify or fill in. */
  readonly remarks: readonly string[];
}

/** All families; the first that matches has the most specific contract. */
const FAMILIES: readonly Family[] = [
  tensorflow,
  officialRtDetr,
  ssdZoo,
  torchvision,
  ssd300,
  ssdAnchors,
  rfDetr,
  detr,
  rtDetr,
  nanodet,
  boxesAndScores,
  otherDetr,
  yolo,
];

/** Types of image inputs that a manifest can describe. */
const DTYPES = ['float32', 'float16', 'uint8'];

/**
 * Manifests that may describe a graph, the most probable first. They are guessed from the names and shapes of its inputs
 * and outputs and from its metadata; a trial run tells which of them fits.
 *
 * @throws ModelCheckError if no known family matches
 */
export function guessManifests(graph: Graph, origin: Origin): Draft[] {
  const { task } = graph.metadata;
  if (task !== undefined && task !== 'detect') {
    throw new ModelCheckError(
      `This is a model for the task "${task}", not for detection. Export a detection model.`,
    );
  }
  const guesses = FAMILIES.flatMap((family) => family(graph));
  if (guesses.length === 0) {
    const found = graph.outputs.map((value) => `${value.name} ${describe(value)}`).join(', ');
    throw new ModelCheckError(
      `No known family of detectors has these outputs: ${found}. docs/models.md lists the outputs of each head.`,
    );
  }
  return guesses.map((guess) => draftOf(graph, guess, origin));
}

function draftOf(graph: Graph, guess: Guess, { title, source, sha256 }: Origin): Draft {
  const remarks: string[] = [...(guess.remarks ?? [])];
  const input = inputOf(graph, guess, remarks);
  const extraInputs = extraInputsOf(graph);
  const labels = labelsOf(graph, guess, remarks);
  const licence = licenceIn(graph.metadata);
  remarks.push('input: verify colour, scale, mean, std and resize in the documentation of the model.');
  if (licence === 'unknown') remarks.push('licence: fill it in.');
  return {
    family: guess.family,
    manifest: {
      title,
      licence,
      source,
      sha256,
      input,
      ...(extraInputs.length > 0 && { extraInputs }),
      output: guess.output,
      labels,
      ...(guess.defaults && { defaults: guess.defaults }),
      ...(takesOneImage(graph) && { dynamic_batching: { preferred_batch_size: [1] } }),
    },
    remarks,
  };
}

/** SPDX identifier in the metadata of Ultralytics, such as `AGPL-3.0 https://...`. */
function licenceIn({ license = '' }: Graph['metadata']): string {
  return /^[A-Za-z]+-[\w.-]+/.exec(license)?.[0] ?? 'unknown';
}

function inputOf(graph: Graph, guess: Guess, remarks: string[]): object {
  const value = imageInput(graph.inputs);
  if (!value) throw new ModelCheckError('No input of the graph takes an image: three or four dimensions.');
  if (!DTYPES.includes(value.type)) {
    throw new ModelCheckError(
      `Input '${value.name}' is ${value.type}; supported types are ${DTYPES.join(', ')}.`,
    );
  }
  const { width, height } = sizeOf(graph);
  const size = guess.size ?? 300;
  if (width === undefined || height === undefined) {
    remarks.push(
      `input: the graph leaves the size open; ${width ?? size}x${height ?? size} is the usual size of this family.`,
    );
  }
  const channelsLast = value.shape.at(-1) === 3;
  const isBatched = value.shape.length === 4;
  const usual = value.type === 'uint8' ? withoutNormalisation(guess.input) : guess.input;
  return {
    name: value.name,
    width: width ?? size,
    height: height ?? size,
    layout: `${isBatched ? 'N' : ''}${channelsLast ? 'HWC' : 'CHW'}`,
    dtype: value.type,
    antialias: true,
    ...usual,
  };
}

function withoutNormalisation(input: Guess['input'] = {}): object {
  return Object.fromEntries(
    Object.entries(input).filter(([field]) => !['scale', 'mean', 'std'].includes(field)),
  );
}

function extraInputsOf({ inputs }: Graph): object[] {
  const image = imageInput(inputs);
  return inputs
    .filter((value) => value !== image)
    .map(({ name, shape }) => {
      if (shape.length === 3 || /mask/i.test(name)) return { name, gives: 'mask' };
      // RT-DETR and D-FINE take width before height, TensorFlow's image_shape height before width.
      return { name, gives: /shape/i.test(name) ? 'height-width' : 'width-height' };
    });
}

/** A graph for one image must say so in the manifest: on a GPU the default batch is larger. */
function takesOneImage({ inputs }: Graph): boolean {
  const shape = imageInput(inputs)?.shape ?? [];
  return shape.length === 3 || shape[0] === 1;
}

const COCO: Readonly<Record<number, string>> = { 80: 'coco80', 90: 'coco90', 91: 'coco91' };

function labelsOf(graph: Graph, { classes, labels }: Guess, remarks: string[]): string | string[] {
  const names = namesIn(graph.metadata);
  if (names && (classes === undefined || classes === names.length)) return names;
  const list = classes === undefined ? (labels ?? 'coco80') : COCO[classes];
  if (list !== undefined) {
    remarks.push(
      'labels: these are the classes of COCO; replace them if the model was trained on other data.',
    );
    return list;
  }
  remarks.push(`labels: list the names of the ${classes ?? 0} classes in the order of the scores.`);
  return Array.from({ length: classes ?? 0 }, (_, i) => `class ${i}`);
}
