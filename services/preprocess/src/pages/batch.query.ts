import { z } from 'zod';
import { formField, jobIdSchema } from '#contract';
import { CANCELLABLE, RESTARTABLE, STATUSES, type Status } from '#jobs';

/** Jobs per request: a page has fewer. */
const MAX_JOBS = 100;

const BATCH_ACTIONS = ['cancel', 'retry', 'delete'] as const;
export type BatchAction = (typeof BATCH_ACTIONS)[number];

interface ActionFacts {
  /** The statuses that allow the action. */
  readonly from: readonly Status[];
  readonly verb: string;
  readonly done: string;
  /** Why the others are left out. */
  readonly otherwise: string;
}

export const ACTIONS: Readonly<Record<BatchAction, ActionFacts>> = {
  cancel: { from: CANCELLABLE, verb: 'Cancel', done: 'cancelled', otherwise: 'has ended' },
  retry: {
    from: RESTARTABLE,
    verb: 'Retry',
    done: 'queued again',
    otherwise: 'neither failed nor was cancelled',
  },
  delete: { from: STATUSES, verb: 'Delete', done: 'deleted', otherwise: 'does not exist' },
};

const NONE = 'No jobs selected: select at least one in the table of results';
const INVALID_BACK = 'back: expected the query of a results page';

/** The chosen jobs, and what to do with them. */
export const batchSchema = z.object({
  action: z.enum(BATCH_ACTIONS, `action: expected one of ${BATCH_ACTIONS.join(', ')}`),
  /** A parameter for each job, or all in one with commas: parsers limit the number of form fields. */
  id: z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',') : value),
    z.array(jobIdSchema, NONE).max(MAX_JOBS, `Too many jobs selected: the limit is ${MAX_JOBS}`),
  ),
  /** The query of the results page that the user came from, to return to it. */
  back: formField(z.string(INVALID_BACK).max(2000, INVALID_BACK).startsWith('?', INVALID_BACK)),
});

export type Batch = z.output<typeof batchSchema>;
