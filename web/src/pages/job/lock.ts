// Locks a cell from the grid: shown at once, rolled back if the server refuses.
import type { IRowNode } from "ag-grid-community";
import { api } from "../../api/client";
import { explain } from "../../api/problem";
import type { useToasts } from "../../ui/Toasts";
import type { GridRow } from "./rowSource";

type Toasts = ReturnType<typeof useToasts>;

/** Locks a cell, or unlocks it if it is kept. An unfinished cell cannot be locked. */
export async function lockCell(
  job: string,
  node: IRowNode<GridRow>,
  column: string,
  toasts: Toasts,
  changed: () => void,
): Promise<void> {
  const kept = node.data?.cells[column]?.kept;
  if (kept === undefined) return;
  const done = await put(job, node, column, !kept, toasts, changed);
  if (!done) return;
  toasts.say(
    kept ? "Unlocked." : "Locked. Runs will not overwrite it.",
    () => void put(job, node, column, kept, toasts, changed),
  );
}

async function put(
  job: string,
  node: IRowNode<GridRow>,
  column: string,
  locked: boolean,
  toasts: Toasts,
  changed: () => void,
): Promise<boolean> {
  const before = node.data;
  const cell = before?.cells[column];
  if (before === undefined || cell === undefined) return false;
  node.updateData({ ...before, cells: { ...before.cells, [column]: { ...cell, kept: locked } } });
  try {
    await api.put("/api/v1/jobs/{job_id}/rows/{row}/cells/{column}", {
      path: { job_id: job, row: before.index, column },
      body: { locked },
    });
    // A corrected cell stays kept even when unlocked: the server knows its state.
    changed();
    return true;
  } catch (error) {
    node.updateData(before);
    toasts.say(`Not saved. ${explain(error)}`);
    return false;
  }
}
