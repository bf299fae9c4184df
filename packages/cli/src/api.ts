/** The server's own types of its answers: types alone, so the compiled client needs nothing of the server. */
export type { JobListResource, JobResource } from '../../../services/preprocess/src/api/job.resource';
