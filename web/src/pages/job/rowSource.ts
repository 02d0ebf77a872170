// Blocks of a job's rows for the grid, and their renewal while the job runs.
import type { GridApi, IDatasource } from "ag-grid-community";
import { api } from "../../api/client";
import type { JobRow } from "../../api/types";
import { BLOCK } from "../../grid/block";
import { cursorBefore, isWhole, rowsPage, type View } from "./view";

/** A row of the grid: what was found, beside what was given. */
export interface GridRow extends JobRow {
  given: Record<string, unknown>;
}

const RENEW_MS = 400;

export class RowSource implements IDatasource {
  readonly rowCount?: number;
  #cursors = new Map<number, string | null>([[0, null]]);
  #given = new Map<number, Record<string, unknown>>();
  #changed = new Set<number>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #grid: GridApi<GridRow> | null = null;
  #over = false;

  constructor(
    readonly job: string,
    readonly source: string,
    readonly view: View,
    readonly total: number,
    readonly onError: (error: unknown) => void,
    readonly onCount: (rows: number) => void,
  ) {
    if (isWhole(view)) this.rowCount = total;
  }

  attach(grid: GridApi<GridRow>): void {
    this.#grid = grid;
  }

  readonly getRows: IDatasource["getRows"] = ({ startRow, endRow, successCallback, failCallback }) => {
    void this.#block(startRow, endRow - startRow).then(
      ({ rows, last }) => {
        if (!isWhole(this.view)) this.onCount(last === -1 ? startRow + rows.length : last);
        successCallback(rows, last);
      },
      (error: unknown) => {
        if (this.#over) return;
        this.onError(error);
        failCallback();
      },
    );
  };

  async #block(start: number, limit: number): Promise<{ rows: GridRow[]; last: number }> {
    const whole = isWhole(this.view);
    const cursor = whole ? cursorBefore(start) : (this.#cursors.get(start) ?? null);
    const page = await rowsPage(this.job, this.view, cursor, limit);
    this.#cursors.set(start + page.rows.length, page.next_cursor ?? null);
    await this.#readGiven(page.rows);
    const rows = page.rows.map((row) => ({ ...row, given: this.#given.get(row.index) ?? {} }));
    if (whole) return { rows, last: this.total };
    return { rows, last: page.next_cursor == null ? start + rows.length : -1 };
  }

  /** What the table gave for these rows; rows far from each other are asked for apart. */
  async #readGiven(rows: JobRow[]): Promise<void> {
    if (this.#given.size > BLOCK * 40) this.#given.clear();
    const wanted = rows.map((row) => row.index).filter((index) => !this.#given.has(index)).sort((a, b) => a - b);
    for (let at = 0; at < wanted.length;) {
      const from = wanted[at] ?? 0;
      const page = await api.get("/api/v1/sources/{source_id}/rows", { path: { source_id: this.source }, query: { from, limit: BLOCK } });
      for (const row of page.rows) this.#given.set(row.index, row.cells);
      at += 1;
      while (at < wanted.length && (wanted[at] ?? 0) < from + BLOCK) at += 1;
    }
  }

  /** Notes that a row moved; what is in sight is renewed soon, all at once. */
  changed(index: number): void {
    this.#changed.add(index);
    this.#timer ??= setTimeout(() => void this.#renew(), RENEW_MS);
  }

  /** Rows of filters and orders move about: these are asked for as a whole. */
  refresh(): void {
    if (!this.#over) this.#grid?.refreshInfiniteCache();
  }

  async #renew(): Promise<void> {
    const changed = this.#changed;
    this.#changed = new Set();
    try {
      if (isWhole(this.view)) await this.#renewBlocks(changed);
    } catch {
      // The stream tells again of rows that move on, and the end of the job asks for everything.
    } finally {
      this.#timer = this.#changed.size > 0 && !this.#over ? setTimeout(() => void this.#renew(), RENEW_MS) : null;
    }
  }

  async #renewBlocks(changed: Set<number>): Promise<void> {
    const grid = this.#grid;
    if (grid === null || this.#over) return;
    const held = new Map<number, (row: GridRow) => void>();
    grid.forEachNode((node) => {
      const index = node.data?.index;
      if (index !== undefined && changed.has(index)) held.set(index, (row) => node.updateData(row));
    });
    const blocks = new Set([...held.keys()].map((index) => Math.floor(index / BLOCK) * BLOCK));
    for (const start of blocks) {
      const { rows } = await this.#block(start, BLOCK);
      for (const row of rows) held.get(row.index)?.(row);
    }
  }

  destroy(): void {
    this.#over = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}
