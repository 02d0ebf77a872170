// Blocks of a job's rows for the grid, and their renewal while the job runs.
import type { GridApi, IDatasource } from "ag-grid-community";
import type { JobRow } from "../../api/types";
import { cursorBefore, isWhole, rowsPage, type View } from "./view";

/** A row of the grid: what was found, beside what was given. */
export interface GridRow extends Omit<JobRow, "given"> {
  given: Record<string, unknown>;
}

const RENEW_MS = 400;

export class RowSource implements IDatasource {
  readonly rowCount?: number;
  #cursors = new Map<number, string | null>([[0, null]]);
  #changed = new Set<number>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #grid: GridApi<GridRow> | null = null;
  #over = false;

  constructor(
    readonly job: string,
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
    const page = await rowsPage(this.job, this.view, cursor, limit, undefined, true);
    this.#cursors.set(start + page.rows.length, page.next_cursor ?? null);
    const rows = page.rows.map((row) => ({ ...row, given: row.given ?? {} }));
    if (whole) return { rows, last: this.total };
    return { rows, last: page.next_cursor == null ? start + rows.length : -1 };
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
    const before = this.#changed.size;
    if (isWhole(this.view)) await this.#renewShown();
    else this.#changed.clear();
    // More may have come meanwhile. What is out of sight waits without a timer.
    const again = this.#changed.size > 0 && this.#changed.size !== before && !this.#over;
    this.#timer = again ? setTimeout(() => void this.#renew(), RENEW_MS) : null;
  }

  /** What was out of sight when it moved may be in sight now. */
  scrolled(): void {
    if (this.#changed.size > 0) this.#timer ??= setTimeout(() => void this.#renew(), RENEW_MS);
  }

  /** Asks for the rows in sight that moved, in one request; the others wait until they are in sight. */
  async #renewShown(): Promise<void> {
    const grid = this.#grid;
    if (grid === null || this.#over) return;
    const first = grid.getFirstDisplayedRowIndex();
    const last = grid.getLastDisplayedRowIndex();
    const moved = [...this.#changed].filter((index) => index >= first && index <= last);
    if (moved.length === 0) return;
    for (const index of moved) this.#changed.delete(index);
    const from = Math.min(...moved);
    try {
      const { rows } = await this.#block(from, Math.max(...moved) - from + 1);
      for (const row of rows) grid.getDisplayedRowAtIndex(row.index)?.updateData(row);
    } catch {
      // They are asked for again with the next change, or when the connection is back.
      for (const index of moved) this.#changed.add(index);
    }
  }

  destroy(): void {
    this.#over = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}
