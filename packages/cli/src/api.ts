/** Types only, so that the compiled client needs nothing from the server. */
export type { JobListResource, JobResource, OneImageResource, TracksResource } from '#contract';
