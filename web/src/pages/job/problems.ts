// What went wrong in a job, by cause.
import { FILTERS, rowsPage, type View } from "./view";
import type { JobRow } from "../../api/types";

export interface Cause {
  what: "row" | "error" | "blocked" | "conflict";
  column: string | null;
  reason: string;
  /** What is said of the first such row, where that is more than the reason. */
  example: string | null;
  rows: number[];
}

/** Rows that are looked at for each kind of problem. */
export const SAMPLE = 1000;

/** The part of a reason that rows have in common: sites and values differ from row to row. */
function causeOf(what: Cause["what"], reason: string): string {
  if (what === "row")
    return (
      reason
        .replace(/^line \d+: /i, "")
        .replace(
          /^\d+ fields? where the header has (\d+)/,
          "another number of fields than the $1 of the header",
        )
        .split(";")[0] ?? reason
    );
  if (what === "conflict") return reason.split(":")[0] ?? reason;
  if (what === "blocked") return reason.split(": ").at(-1) ?? reason;
  return reason;
}

/** Sorts rows by why they, or their cells of a column, came to nothing; the most frequent cause first. */
export function group(rows: JobRow[], what: Cause["what"], column: string | null): Cause[] {
  const causes = new Map<string, Cause>();
  for (const row of rows) {
    const told = column === null ? row.error : row.cells[column]?.reason;
    const example = told == null || told === "" ? "no reason was given" : told;
    const reason = causeOf(what, example);
    const cause = causes.get(reason) ?? {
      what,
      column,
      reason,
      example: example === reason ? null : example,
      rows: [],
    };
    cause.rows.push(row.index);
    causes.set(reason, cause);
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

/** Whether the file itself is wrong: to try the same again changes nothing. */
export const isOfFile = (cause: Cause): boolean =>
  cause.what === "row" && /key|field|column|ragged|line/i.test(cause.reason);

/** What can be done about it. */
export function remedy(cause: Cause): string {
  if (cause.what === "conflict")
    return "Look at the candidates and choose the right one by hand, or say more in the column's description.";
  if (cause.what === "blocked")
    return "The pages asked to sign in, or did not answer. Try again later, or put in the value by hand.";
  if (/key/i.test(cause.reason)) return "Mend the key of these rows in the file and send it again.";
  if (/field|column|ragged|line/i.test(cause.reason))
    return "Mend these lines in the file and send it again.";
  return "Try these again; if it stays, the log of the server tells more.";
}
