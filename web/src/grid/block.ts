/** The number of rows in a block, which the grid requests at a time. */
export const BLOCK = 100;
