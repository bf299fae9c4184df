/** Types alone, so the compiled client needs nothing of the server. */
export type { JobListResource, JobResource } from '#contract';
