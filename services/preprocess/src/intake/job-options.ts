import { BadRequestException } from '@nestjs/common';
import { z } from 'zod';
import type { Manifest } from '#detection';
import type { JobOptions } from '#jobs';
import type { Catalogue } from '../models/catalogue';

/** What a form or a program sends beside the file. */
export type Fields = Readonly<Record<string, unknown>>;

/** A field that was left empty in a form counts as not sent. */
const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess(
    (value) => (typeof value === 'string' && value.trim() === '' ? undefined : value),
    schema.optional(),
  );

const MAX_FRAME_STEP = 1_000;

const fieldsSchema = z.strictObject({
  model: optional(z.string('expected the name of one model')),
  score: optional(z.coerce.number('expected a number from 0 to 1').min(0).max(1)),
  classes: optional(
    z
      .union([z.string(), z.array(z.string())], 'expected labels with commas between them')
      .transform((value) => [value].flat().flatMap((part) => part.split(',')))
      .transform((labels) => [
        ...new Set(labels.map((label) => label.trim()).filter((label) => label !== '')),
      ]),
  ),
  frameStep: optional(
    z.coerce.number(`expected a whole number from 1 to ${MAX_FRAME_STEP}`).int().min(1).max(MAX_FRAME_STEP),
  ),
});

const KNOWN = Object.keys(fieldsSchema.shape);

/** The names of the fields that this system knows, of all that were sent: forms of others may send more. */
export function knownFields(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => KNOWN.includes(name)));
}

/**
 * Checks what was chosen for a job and fills in the rest.
 *
 * @param defaultScore for jobs that choose none; undefined for that of the model
 * @throws BadRequestException naming each field that is wrong and what would be right
 */
export async function readJobOptions(
  fields: Fields,
  catalogue: Catalogue,
  defaultScore?: number,
): Promise<JobOptions> {
  const result = fieldsSchema.safeParse(fields);
  if (!result.success) throw new BadRequestException(explain(result.error));
  const { model = catalogue.defaultModel, score, classes = [], frameStep = 1 } = result.data;
  const { manifest, problem } = await catalogue.entry(model);
  if (!manifest || problem !== undefined) {
    throw new BadRequestException(
      `model "${model.slice(0, 64)}" cannot be used: ${problem ?? 'it is not there'}`,
    );
  }
  return {
    model,
    score: score ?? defaultScore ?? manifest.defaults.score,
    classes: classes.map((label) => knownLabel(label, manifest)),
    frameStep,
  };
}

/** The model's spelling of a label. */
function knownLabel(label: string, { name, labels }: Manifest): string {
  const found = labels.find((known) => known.name.toLowerCase() === label.toLowerCase());
  if (found) return found.name;
  throw new BadRequestException(
    `classes: model ${name} knows no "${label.slice(0, 64)}"; it knows ${labels.map((known) => known.name).join(', ')}.`,
  );
}

function explain(error: z.ZodError): string {
  const mistakes = error.issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? `there is no field ${issue.keys.map((key) => `"${key.slice(0, 64)}"`).join(', ')} (there are ${KNOWN.join(', ')})`
      : `${issue.path.join('.')}: ${issue.message}`,
  );
  return `The job was not taken: ${mistakes.join('; ')}.`;
}
