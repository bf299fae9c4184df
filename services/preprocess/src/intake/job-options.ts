import { BadRequestException } from '@nestjs/common';
import type { z } from 'zod';
import { submissionSchema } from '#contract';
import { chooseLabels, quoteWithNearest } from '#detection';
import type { JobOptions } from '#jobs';
import type { Catalogue } from '../models/catalogue';
import type { Callbacks } from '../webhooks/callbacks';

/** What a form or a program sends beside the file. */
export type Fields = Readonly<Record<string, unknown>>;

/** What was chosen for a job. */
export interface Choices {
  readonly options: JobOptions;
  /** Whom to tell of its end. */
  readonly callbackUrl: string | undefined;
}

const KNOWN = Object.keys(submissionSchema.shape);

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
export async function readChoices(
  fields: Fields,
  catalogue: Catalogue,
  callbacks: Callbacks,
  defaultScore?: number,
): Promise<Choices> {
  const result = submissionSchema.safeParse(fields);
  const mistakes = result.success ? [] : explain(result.error);
  // these are looked into even where another field is wrong: all mistakes are told at once
  const { model: modelField, classes: classesField, callbackUrl: callbackField } = submissionSchema.shape;
  const asked = modelField.safeParse(fields['model']);
  const model = asked.data ?? catalogue.defaultModel;
  const { manifest, problem } = await catalogue.entry(model);
  if (asked.success && problem !== undefined) mistakes.push(`model: ${problem.replace(/\.$/, '')}`);
  const wanted = classesField.safeParse(fields['classes']).data ?? [];
  const chosen = asked.success && manifest ? chooseLabels(wanted, manifest, 'GET /api/models') : undefined;
  if (chosen?.problem !== undefined) mistakes.push(`classes: ${chosen.problem}`);
  const callbackUrl = callbackField.safeParse(fields['callbackUrl']).data;
  const callbackProblem = callbackUrl === undefined ? undefined : callbacks.problemOf(callbackUrl);
  if (callbackProblem !== undefined) mistakes.push(`callbackUrl: ${callbackProblem}`);
  if (!result.success || !manifest || !chosen || mistakes.length > 0) {
    throw new BadRequestException(`The job was not taken: ${mistakes.join('; ')}.`);
  }
  const { score = defaultScore ?? manifest.defaults.score, frameStep = 1 } = result.data;
  return { options: { model, score, classes: [...chosen.labels], frameStep }, callbackUrl };
}

function explain(error: z.ZodError): string[] {
  return error.issues.map((issue) =>
    issue.code === 'unrecognized_keys'
      ? `there is no field ${issue.keys
          .slice(0, 5)
          .map((key) => quoteWithNearest(key, KNOWN))
          .join(', ')} (there are ${KNOWN.join(', ')})`
      : `${issue.path.join('.')}: ${issue.message}`,
  );
}
