// What a job found, counted for a report.
import type { JobRow } from "../../api/types";
import { rowsPage, ALL } from "../job/view";

export interface ColumnSummary { name: string; found: number; absent: number; blocked: number; conflict: number; error: number; waiting: number }

export interface Summary {
  rows: number;
  columns: ColumnSummary[];
  /** Found cells by tenths of confidence, from 0. */
  confidence: number[];
  /** Found cells by the site that proves them, the most first. */
  sites: { site: string; cells: number }[];
  found: number;
}

/** Rows that a report reads at most: enough to draw from, and quick to fetch. */
export const MOST_ROWS = 20_000;

export class Counting {
  #columns: Map<string, ColumnSummary>;
  #confidence = Array.from({ length: 10 }, () => 0);
  #sites = new Map<string, number>();
  #rows = 0;
  #found = 0;

  constructor(names: string[]) {
    this.#columns = new Map(names.map((name) => [name, { name, found: 0, absent: 0, blocked: 0, conflict: 0, error: 0, waiting: 0 }]));
  }

  add(row: JobRow): void {
    this.#rows += 1;
    for (const [name, column] of this.#columns) {
      const cell = row.cells[name];
      if (cell === undefined) {
        column.waiting += 1;
        continue;
      }
      column[cell.outcome] += 1;
      if (cell.outcome !== "found") continue;
      this.#found += 1;
      const tenth = Math.min(9, Math.floor(cell.confidence * 10));
      this.#confidence[tenth] = (this.#confidence[tenth] ?? 0) + 1;
      const site = siteOf(cell.url);
      this.#sites.set(site, (this.#sites.get(site) ?? 0) + 1);
    }
  }

  summary(): Summary {
    const sites = [...this.#sites].map(([site, cells]) => ({ site, cells })).sort((a, b) => b.cells - a.cells || a.site.localeCompare(b.site));
    return { rows: this.#rows, columns: [...this.#columns.values()], confidence: this.#confidence, sites, found: this.#found };
  }
}

function siteOf(url: string | null): string {
  if (url === null) return "set by hand";
  try {
    return new URL(url).host.replace(/^www\./, "") || "a file";
  } catch {
    return "elsewhere";
  }
}

export async function summarize(job: string, names: string[], signal: AbortSignal): Promise<Summary> {
  const counting = new Counting(names);
  let cursor: string | null = null;
  let read = 0;
  do {
    const page = await rowsPage(job, ALL, cursor, 1000, signal);
    page.rows.forEach((row) => counting.add(row));
    read += page.rows.length;
    cursor = page.next_cursor ?? null;
  } while (cursor !== null && read < MOST_ROWS);
  return counting.summary();
}
