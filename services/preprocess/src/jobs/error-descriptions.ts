/** What error answers of several routes mean, for OpenAPI. */
export const AWAY = 'no database at the moment; Retry-After tells when to come again';
export const OF_A_JOB = { 400: 'this is no id of a job', 404: 'no such job', 503: AWAY };
