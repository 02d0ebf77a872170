// Which rows of a job are shown, and in which order.
import type { Answer } from "../../api/client";
import { api } from "../../api/client";
import type { JobRow, Standing } from "../../api/types";

export type Filter = "all" | "failed" | Standing;

export const FILTERS: { id: Filter; label: string }[] = [
  { id: "all", label: "All" },
  { id: "weak", label: "Weak" },
  { id: "absent", label: "Missing" },
  { id: "conflict", label: "Conflict" },
  { id: "blocked", label: "Blocked" },
  { id: "error", label: "Error" },
  { id: "failed", label: "Failed rows" },
];

export interface View {
  filter: Filter;
  /** The column that a filter or an order applies to. */
  column: string | null;
  order: "index" | "confidence" | "-confidence";
}

export const ALL: View = { filter: "all", column: null, order: "index" };

interface Query {
  stage?: "FAILED";
  column?: string;
  standing?: Standing;
  sort?: "confidence" | "-confidence";
}

/** The view as query parameters of the API. */
export function query(view: View): Query {
  if (view.filter === "failed") return { stage: "FAILED" };
  if (view.column === null) return {};
  if (view.filter !== "all") return { column: view.column, standing: view.filter };
  return view.order === "index" ? {} : { column: view.column, sort: view.order };
}

/** Whether rows are at their own index, so that any block can be requested directly. */
export const isWhole = (view: View): boolean => Object.keys(query(view)).length === 0;

type Rows = Omit<Answer<"/api/v1/jobs/{job_id}/rows", "get">, "rows"> & { rows: JobRow[] };

export async function rowsPage(
  job: string,
  view: View,
  cursor: string | null,
  limit: number,
  signal?: AbortSignal,
  given = false,
): Promise<Rows> {
  const asked = { ...query(view), limit, given, ...(cursor === null ? {} : { cursor }) };
  const page = await api.get("/api/v1/jobs/{job_id}/rows", {
    path: { job_id: job },
    query: asked,
    signal,
  });
  return page;
}

/** The cursor before this row in the unfiltered view: the index of the previous row, and 0. */
export const cursorBefore = (index: number): string | null =>
  index === 0 ? null : `${index - 1}-0`;

const PAGE = 1000;

/** The indices of all rows of a view, up to a limit. */
export async function indices(job: string, view: View, most: number): Promise<number[]> {
  const found: number[] = [];
  let cursor: string | null = null;
  do {
    const page: Rows = await rowsPage(job, view, cursor, PAGE);
    found.push(...page.rows.map((row) => row.index));
    cursor = page.next_cursor ?? null;
  } while (cursor !== null && found.length < most);
  return found.slice(0, most);
}
