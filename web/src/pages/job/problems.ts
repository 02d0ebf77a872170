// Groups a job's issues by cause.
import { FILTERS, rowsPage, type View } from "./view";
import type { JobRow } from "../../api/types";
import { meaning } from "../../lib/reasons";

export interface Cause {
  what: "row" | "error" | "blocked" | "conflict";
  column: string | null;
  /** The code that the cells share; none for rows, and for cells of older versions. */
  code: string | null;
  reason: string;
  /** The full message of the first such row, if it is longer than the reason. */
  example: string | null;
  rows: number[];
}

/** The most rows examined for each kind of issue. */
export const SAMPLE = 1000;

/** The part of a row's error that rows have in common. */
const causeOfRow = (error: string): string =>
  error
    .replace(/^line \d+: /i, "")
    .replace(
      /^\d+ fields? where the header has (\d+)/,
      "a different number of fields than the $1 of the header",
    )
    .split(";")[0] ?? error;

/** Groups rows by why they, or their cells of a column, have no value; most frequent cause first. */
export function group(rows: JobRow[], what: Cause["what"], column: string | null): Cause[] {
  const causes = new Map<string, Cause>();
  for (const row of rows) {
    const cell = column === null ? undefined : row.cells[column];
    const message = column === null ? row.error : cell?.reason;
    const example = message == null || message === "" ? "no reason was given" : message;
    const code = cell?.reason_code ?? null;
    const reason = what === "row" ? causeOfRow(example) : (meaning(code)?.cause ?? example);
    const key = code ?? reason;
    const cause = causes.get(key) ?? {
      what,
      column,
      code,
      reason,
      example: example === reason ? null : example,
      rows: [],
    };
    cause.rows.push(row.index);
    causes.set(key, cause);
  }
  return [...causes.values()].sort((a, b) => b.rows.length - a.rows.length);
}

export async function causes(job: string, columns: string[]): Promise<Cause[]> {
  const views: [Cause["what"], string | null][] = [["row", null]];
  for (const column of columns)
    for (const what of ["error", "blocked", "conflict"] as const) views.push([what, column]);
  const found: Cause[] = [];
  for (const [what, column] of views) {
    const filter = FILTERS.find(({ id }) => id === (what === "row" ? "failed" : what))?.id ?? "all";
    const view: View = { filter, column, order: "index" };
    found.push(...group((await rowsPage(job, view, null, SAMPLE)).rows, what, column));
  }
  return found;
}

/** Whether the file itself is at fault, so that a retry cannot help. */
export const isOfFile = (cause: Cause): boolean =>
  cause.what === "row" && /key|field|column|ragged|line/i.test(cause.reason);

/** What the user can do about it. */
export function remedy(cause: Cause): string {
  const special = meaning(cause.code)?.remedy;
  if (special !== undefined) return special;
  if (cause.what === "conflict")
    return "Compare the candidates and set the right value by hand, or make the column's description more specific.";
  if (cause.what === "blocked")
    return "The pages that may have the value could not be read. Try again later, or enter it by hand.";
  if (cause.what === "row" && /key/i.test(cause.reason))
    return "Fix the key of these rows in the file and upload it again.";
  if (isOfFile(cause)) return "Fix these lines in the file and upload it again.";
  return "Try again; if the problem persists, see the server's log.";
}
