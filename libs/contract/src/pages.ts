/** Jobs on a page of the table at `/result`. */
export const ROWS_PER_PAGE = 50;
