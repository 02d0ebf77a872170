import type { Column } from "../../api/types";

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/** Whether a column's description adds to its name, from which a default one is made. */
export const saysMore = (column: Column): boolean =>
  column.description != null && plain(column.description) !== plain(column.name);
