// Blocks of a job's rows for the grid, and their renewal while the job runs.
import type { GridApi, IDatasource } from "ag-grid-community";
import type { JobRow } from "../../api/types";
import { lull } from "../../lib/lull";
import { Moved } from "./moved";
import { cursorBefore, isWhole, rowsPage, type View } from "./view";

/** A row of the grid: what was found, beside what was given. */
export interface GridRow extends Omit<JobRow, "given"> {
  given: Record<string, unknown>;
}

/** The first change is shown soon, those that follow it once in a while. */
const SOON_MS = 250;
const RENEW_MS = 1_000;

export class RowSource implements IDatasource {
  readonly rowCount?: number;
  #cursors = new Map<number, string | null>([[0, null]]);
  readonly #moved: Moved;
  #renewed = -Infinity;
  #told = 0;
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
    // What is read now is at least as new as whatever was told of these rows.
    const moved = this.#moved.take(start, start + limit);
    try {
      const page = await rowsPage(this.job, this.view, cursor, limit, undefined, true);
      this.#cursors.set(start + page.rows.length, page.next_cursor ?? null);
      const rows = page.rows.map((row) => ({ ...row, given: row.given ?? {} }));
      if (whole) return { rows, last: this.total };
      return { rows, last: page.next_cursor == null ? start + rows.length : -1 };
    } catch (error) {
      // They are asked for again with the next change, or when the connection is back.
      for (const index of moved) this.#moved.add(index);
      throw error;
    }
  }

  /** Notes that a row moved; what is in sight is renewed soon, all at once. */
  changed(index: number): void {
    this.#moved.add(index);
    this.#renewLater();
  }

  /** What was out of sight when it moved may be in sight now. */
  scrolled(): void {
    this.#renewLater();
  }

  /** Rows of filters and orders move about: these are asked for as a whole. */
  refresh(): void {
    if (!this.#over) this.#grid?.refreshInfiniteCache();
  }

  #renewLater(): void {
    this.#told += 1;
    if (this.#timer !== null || this.#over || !isWhole(this.view)) return;
    const due = Math.max(SOON_MS, this.#renewed + RENEW_MS - performance.now());
    this.#timer = setTimeout(() => void this.#renew(), due);
  }

  /** In a moment in which the user rests: nothing is renewed under a scroll or a key. */
  async #renew(): Promise<void> {
    await lull();
    const told = this.#told;
    await this.#renewShown();
    this.#renewed = performance.now();
    this.#timer = null;
    // More may have come meanwhile.
    if (this.#told !== told) this.#renewLater();
  }

  /** Asks for the rows in sight that moved, in one request; the others wait until they are in sight. */
  async #renewShown(): Promise<void> {
    const grid = this.#grid;
    if (grid === null || this.#over) return;
    const moved = this.#moved.take(
      grid.getFirstDisplayedRowIndex(),
      grid.getLastDisplayedRowIndex() + 1,
    );
    const [first, last] = [moved[0], moved.at(-1)];
    if (first === undefined || last === undefined) return;
    const told = new Set(moved);
    try {
      const { rows } = await this.#block(first, last - first + 1);
      for (const row of rows)
        if (told.has(row.index)) grid.getDisplayedRowAtIndex(row.index)?.updateData(row);
    } catch {
      for (const index of moved) this.#moved.add(index);
    }
  }

  destroy(): void {
    this.#over = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}
