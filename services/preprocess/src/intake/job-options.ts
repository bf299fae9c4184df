import { BadRequestException } from '@nestjs/common';
import type { z } from 'zod';
import { submissionSchema } from '#contract';
import { chooseLabels, quoteWithNearest } from '#detection/models';
import type { JobOptions } from '#jobs';
import type { Catalogue } from '../models/catalogue';
import type { Callbacks } from '../webhooks/callbacks';
import { readLayout, type Presets } from './layout-option';

/** The form fields sent with the file. */
export type Fields = Readonly<Record<string, unknown>>;

/** The validated choices for a job. */
export interface Choices {
  readonly options: JobOptions;
  /** Called when the job ends. */
  readonly callbackUrl: string | undefined;
}

/** What options are checked against. */
export interface Known {
  readonly catalogue: Catalogue;
  readonly callbacks: Callbacks;
  readonly presets: Presets;
}

const KNOWN = Object.keys(submissionSchema.shape);

/** Drops unknown fields, which other clients' forms may send. */
export function knownFields(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => KNOWN.includes(name)));
}

/**
 * Validates the options of a job and fills in defaults.
 *
 * @param defaultScore the default score threshold; undefined uses that of the model
 * @throws BadRequestException naming every invalid field and what is expected
 */
export async function readChoices(
  fields: Fields,
  { catalogue, callbacks, presets }: Known,
  defaultScore?: number,
): Promise<Choices> {
  const result = submissionSchema.safeParse(fields);
  const errors = result.success ? [] : explain(result.error);
  // Check these even if another field is invalid, to report all errors together.
  const { model: modelField, classes: classesField, callbackUrl: callbackField } = submissionSchema.shape;
  const requested = modelField.safeParse(fields['model']);
  const model = requested.data ?? catalogue.defaultModel;
  const { manifest, problem } = await catalogue.entry(model);
  if (requested.success && problem !== undefined) errors.push(`model: ${problem.replace(/\.$/, '')}`);
  const wanted = classesField.safeParse(fields['classes']).data ?? [];
  const chosen =
    requested.success && manifest ? chooseLabels(wanted, manifest, 'GET /api/models') : undefined;
  if (chosen?.problem !== undefined) errors.push(`classes: ${chosen.problem}`);
  const callbackUrl = callbackField.safeParse(fields['callbackUrl']).data;
  const callbackProblem = callbackUrl === undefined ? undefined : callbacks.problemOf(callbackUrl);
  if (callbackProblem !== undefined) errors.push(`callbackUrl: ${callbackProblem}`);
  const { layout, problem: layoutProblem } = await readLayout(fields['layout'], presets);
  if (layoutProblem !== undefined) errors.push(layoutProblem);
  if (layout && submissionSchema.shape.tracking.safeParse(fields['tracking']).data === 'off')
    errors.push('layout: lines and zones need tracks, but tracking is off');
  if (!result.success || !manifest || !chosen || errors.length > 0) {
    throw new BadRequestException(`The job was rejected: ${errors.join('; ')}.`);
  }
  const { score = defaultScore ?? manifest.defaults.score, frameStep = 1, tracking = 'on' } = result.data;
  const { trackBuffer, minLength } = result.data;
  return {
    options: {
      ...{ model, score, classes: [...chosen.labels], frameStep, tracking },
      ...(trackBuffer !== undefined && { trackBuffer }),
      ...(minLength !== undefined && { minLength }),
      ...(layout && { layout }),
    },
    callbackUrl,
  };
}

function explain(error: z.ZodError): string[] {
  return error.issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? `unknown field ${issue.keys
          .slice(0, 5)
          .map((key) => quoteWithNearest(key, KNOWN))
          .join(', ')} (known fields: ${KNOWN.join(', ')})`
      : `${issue.path.join('.')}: ${issue.message}`,
  );
}
