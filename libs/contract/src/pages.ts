/** Number of jobs per page in the table at `/result`. */
export const ROWS_PER_PAGE = 50;
