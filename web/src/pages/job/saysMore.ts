import type { Column } from "../../api/types";

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/** Whether a column's description says more than its name, from which one is made where none is given. */
export const saysMore = (column: Column): boolean =>
  column.description != null && plain(column.description) !== plain(column.name);
