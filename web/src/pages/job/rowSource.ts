// Loads blocks of a job's rows for the grid and refreshes them while the job runs.
import type { GridApi, IDatasource } from "ag-grid-community";
import type { JobRow } from "../../api/types";
import { lull } from "../../lib/lull";
import { Moved } from "./moved";
import { cursorBefore, isWhole, rowsPage, type View } from "./view";

/** A row of the grid: the values found, beside those of the input table. */
export interface GridRow extends Omit<JobRow, "given"> {
  given: Record<string, unknown>;
}

/** The first change is shown soon, later ones at intervals. */
const SOON_MS = 250;
const RENEW_MS = 1_000;

export class RowSource implements IDatasource {
  readonly rowCount?: number;
  #cursors = new Map<number, string | null>([[0, null]]);
  readonly #moved: Moved;
  #renewed = -Infinity;
  #changes = 0;
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
    this.#moved = new Moved(isWhole(view) ? total : 0);
  }

  attach(grid: GridApi<GridRow>): void {
    this.#grid = grid;
  }

  readonly getRows: IDatasource["getRows"] = ({
    startRow,
    endRow,
    successCallback,
    failCallback,
  }) => {
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
    // The data read now is at least as new as any change reported so far.
    const moved = this.#moved.take(start, start + limit);
    try {
      const page = await rowsPage(this.job, this.view, cursor, limit, undefined, true);
      this.#cursors.set(start + page.rows.length, page.next_cursor ?? null);
      const rows = page.rows.map((row) => ({ ...row, given: row.given ?? {} }));
      if (whole) return { rows, last: this.total };
      return { rows, last: page.next_cursor == null ? start + rows.length : -1 };
    } catch (error) {
      // They are requested again with the next change, or when the connection is back.
      for (const index of moved) this.#moved.add(index);
      throw error;
    }
  }

  /** Records that a row changed; visible rows are refreshed soon, in one request. */
  changed(index: number): void {
    this.#moved.add(index);
    this.#renewLater();
  }

  /** Rows that changed while out of view may be visible now. */
  scrolled(): void {
    this.#renewLater();
  }

  /** Filtered and sorted rows change places, so all of them are requested again. */
  refresh(): void {
    if (!this.#over) this.#grid?.refreshInfiniteCache();
  }

  #renewLater(): void {
    this.#changes += 1;
    if (this.#timer !== null || this.#over || !isWhole(this.view)) return;
    const due = Math.max(SOON_MS, this.#renewed + RENEW_MS - performance.now());
    this.#timer = setTimeout(() => void this.#renew(), due);
  }

  /** Refreshes while the user is inactive, never during a scroll or a key press. */
  async #renew(): Promise<void> {
    await lull();
    const changes = this.#changes;
    await this.#renewShown();
    this.#renewed = performance.now();
    this.#timer = null;
    // More changes may have arrived meanwhile.
    if (this.#changes !== changes) this.#renewLater();
  }

  /** Requests the visible rows that changed, in one request; others wait until they are visible. */
  async #renewShown(): Promise<void> {
    const grid = this.#grid;
    if (grid === null || this.#over) return;
    const moved = this.#moved.take(
      grid.getFirstDisplayedRowIndex(),
      grid.getLastDisplayedRowIndex() + 1,
    );
    const [first, last] = [moved[0], moved.at(-1)];
    if (first === undefined || last === undefined) return;
    const changed = new Set(moved);
    try {
      const { rows } = await this.#block(first, last - first + 1);
      for (const row of rows)
        if (changed.has(row.index)) grid.getDisplayedRowAtIndex(row.index)?.updateData(row);
    } catch {
      for (const index of moved) this.#moved.add(index);
    }
  }

  destroy(): void {
    this.#over = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}
