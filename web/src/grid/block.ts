/** Rows of a block that the grid asks for at a time. */
export const BLOCK = 100;
