import { BadRequestException } from '@nestjs/common';
import { annotatePixels, classColour, cssColour } from '#annotation';
import type { InferConfig } from '#config';
import type {
  ImageResultResource,
  OneImageResource,
  RefusedImageResource,
  SeveralImagesResource,
} from '#contract';
import {
  BadImageError,
  chooseLabels,
  isModelName,
  listModels,
  loadManifest,
  lookUpModel,
  type DetectResult,
  type Engine,
  type Manifest,
} from '#detection';
import { mapOrdered } from '#flow';
import { toProblem } from '#platform';
import { classIndices } from '../class-indices';
import type { DetectForm } from './fields';

/** An uploaded image. */
export interface SentImage {
  /** File name sent by the client. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** A validated request: the model and its thresholds. */
export interface DetectRequest {
  readonly model: string;
  readonly manifest: Manifest;
  readonly thresholds: { score?: number; iou?: number; max?: number; classes?: readonly number[] };
}

type Settings = Pick<
  InferConfig,
  'MODEL' | 'MODELS_DIR' | 'SCORE_THRESHOLD' | 'NMS_IOU' | 'MAX_DETECTIONS' | 'JPEG_QUALITY'
>;

/** Detects objects on images synchronously. All methods reject with the signal's reason when it is aborted. */
export class ImagesService {
  constructor(
    private readonly engine: Engine,
    private readonly settings: Settings,
  ) {}

  /**
   * Resolves the model and thresholds of a form, and loads the model.
   * @throws BadRequestException naming all errors of the form, such as an unknown model or label; ModelMissingError, ...
   */
  async resolve({ fields, errors }: DetectForm, signal: AbortSignal): Promise<DetectRequest> {
    const { MODEL, MODELS_DIR, SCORE_THRESHOLD, NMS_IOU, MAX_DETECTIONS } = this.settings;
    const { model = MODEL, classes, ...given } = fields;
    const problem = model === MODEL ? undefined : await this.problemOf(model);
    if (problem !== undefined) throw invalid([...errors, `model: ${problem}`]);
    const manifest =
      errors.length > 0
        ? await loadManifest(model, MODELS_DIR) // to check the classes as well
        : await this.engine.load(model, signal); // cached if it is loaded
    const chosen = classes && chooseLabels(classes, manifest, 'GET /api/models');
    if (chosen?.problem !== undefined) throw invalid([...errors, `classes: ${chosen.problem}`]);
    if (errors.length > 0) throw invalid(errors);
    const thresholds = {
      ...(SCORE_THRESHOLD !== undefined && { score: SCORE_THRESHOLD }),
      ...(NMS_IOU !== undefined && { iou: NMS_IOU }),
      ...(MAX_DETECTIONS !== undefined && { max: MAX_DETECTIONS }),
      ...given,
      ...(chosen && { classes: classIndices(chosen.labels, manifest.labels) }),
    };
    return { model, manifest, thresholds };
  }

  /** @throws BadImageError, QueueFullError, ... */
  async one(
    image: SentImage,
    { model, thresholds }: DetectRequest,
    signal: AbortSignal,
  ): Promise<OneImageResource> {
    const result = await this.engine.detect(model, image.bytes, { ...thresholds, signal });
    return { model: result.model, precision: result.precision, ...toResource(image, result) };
  }

  /** Like `one`, but reports an unusable image with an error in its own result. */
  async several(
    images: readonly SentImage[],
    { model, manifest, thresholds }: DetectRequest,
    signal: AbortSignal,
  ): Promise<SeveralImagesResource> {
    const { precision } = await this.engine.open(model, { signal });
    const answers = mapOrdered(
      images,
      this.engine.concurrency(model), // keeps a large request from filling the queue
      async (image): Promise<ImageResultResource | RefusedImageResource> => {
        try {
          return toResource(image, await this.engine.detect(model, image.bytes, { ...thresholds, signal }));
        } catch (error) {
          if (error instanceof BadImageError) return { image: { name: image.name }, error: toProblem(error) };
          throw error;
        }
      },
      signal,
    );
    const results: SeveralImagesResource['results'] = [];
    for await (const answer of answers) results.push(answer);
    return { model: manifest.name, precision, results };
  }

  /** The annotated image, upright, as JPEG. @throws like `one` */
  async annotate(
    image: SentImage,
    { model, thresholds }: DetectRequest,
    signal: AbortSignal,
  ): Promise<{ jpeg: Buffer; count: number }> {
    const result = await this.engine.detect(model, image.bytes, { ...thresholds, signal, keepPixels: true });
    const { pixels, width, height, detections } = result;
    if (!pixels) throw new Error('the engine returned no pixels');
    const jpeg = await annotatePixels(pixels, width, height, detections, this.settings.JPEG_QUALITY);
    return { jpeg, count: detections.length };
  }

  /** Why a model name is invalid; undefined if it is valid. Clients may pass names only, never paths. */
  private async problemOf(name: string): Promise<string | undefined> {
    const { MODELS_DIR } = this.settings;
    if (isModelName(name) && (await listModels(MODELS_DIR)).includes(name)) return undefined;
    return (await lookUpModel(name, MODELS_DIR)).problem;
  }
}

function invalid(errors: readonly string[]): BadRequestException {
  return new BadRequestException(errors.map((error) => error.replace(/\.?$/, '.')).join(' '));
}

function toResource({ name }: SentImage, result: DetectResult): ImageResultResource {
  const { width, height, detections, queueMs, inputMs, computeMs, outputMs, totalMs } = result;
  return {
    image: { name, width, height },
    detections: detections.map(({ label, classIndex, score, box: [x1, y1, x2, y2] }) => ({
      label,
      classIndex,
      score,
      colour: cssColour(classColour(classIndex)),
      box: { x1, y1, x2, y2 },
      pixels: {
        x1: Math.round(x1 * width),
        y1: Math.round(y1 * height),
        x2: Math.round(x2 * width),
        y2: Math.round(y2 * height),
      },
    })),
    timings: {
      queueMs: rounded(queueMs),
      inputMs: rounded(inputMs),
      computeMs: rounded(computeMs),
      outputMs: rounded(outputMs),
      totalMs: rounded(totalMs),
    },
  };
}

/** Rounds to microseconds. */
function rounded(ms: number): number {
  return Number(ms.toFixed(3));
}
