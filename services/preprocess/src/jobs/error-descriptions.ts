/** OpenAPI descriptions of error responses that several routes share. */
export const UNAVAILABLE = 'the database is unavailable; retry after Retry-After';
export const JOB_ERRORS = { 400: 'invalid job id', 404: 'job not found', 503: UNAVAILABLE };
