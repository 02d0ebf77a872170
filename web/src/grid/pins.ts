// Which columns stay in sight at the left, as this browser remembers it for each table.
import type { ColDef, ColumnPinnedEvent, GridApi } from "ag-grid-community";
import { useCallback, useEffect, useState } from "react";

/** What people chose, by column; where nothing was chosen the table decides. */
export type Pins = Readonly<Record<string, boolean>>;

export interface Pinnable {
  id: string;
  name: string;
  pinned: boolean;
}

const name = (source: string): string => `ampledata.pins.${source}`;

/** Whatever else stands in the storage is no choice. */
export function read(stored: string | null): Pins {
  if (stored === null) return {};
  try {
    const parsed: unknown = JSON.parse(stored);
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return {};
    return Object.fromEntries(
      Object.entries(parsed).filter(
        (entry): entry is [string, boolean] => typeof entry[1] === "boolean",
      ),
    );
  } catch {
    return {};
  }
}

/** Columns as definitions have them, pinned as people chose. */
export function withPins<Row>(columns: ColDef<Row>[], pins: Pins): ColDef<Row>[] {
  return columns.map((column) => {
    const chosen = pins[column.colId ?? ""];
    return chosen === undefined ? column : { ...column, pinned: chosen ? "left" : null };
  });
}

/** The columns that can be pinned, each with how it stands. What only counts rows stays where it is. */
export function pinnable<Row>(columns: ColDef<Row>[], pins: Pins): Pinnable[] {
  return columns
    .filter((column) => column.lockPinned !== true)
    .map((column) => {
      const id = column.colId ?? "";
      return { id, name: column.headerName ?? id, pinned: pins[id] ?? column.pinned === "left" };
    });
}

/** The choices of one table, and how to change them. They are remembered where the browser allows it. */
export function usePins(source: string): [Pins, (id: string, pinned: boolean) => void] {
  const [pins, setPins] = useState<Pins>(() => read(localStorage.getItem(name(source))));
  useEffect(() => {
    const elsewhere = (event: StorageEvent) => {
      if (event.key === name(source)) setPins(read(event.newValue));
    };
    window.addEventListener("storage", elsewhere);
    return () => window.removeEventListener("storage", elsewhere);
  }, [source]);
  const pin = useCallback(
    (id: string, pinned: boolean) => {
      setPins((before) => {
        if (before[id] === pinned) return before;
        const after = { ...before, [id]: pinned };
        localStorage.setItem(name(source), JSON.stringify(after));
        return after;
      });
    },
    [source],
  );
  return [pins, pin];
}

/** Brings a grid to what was chosen. */
export function applyPins<Row>(grid: GridApi<Row>, columns: ColDef<Row>[], pins: Pins): void {
  for (const { id, pinned } of pinnable(columns, pins)) {
    const column = grid.getColumn(id);
    if (column !== null && (column.getPinned() === "left") !== pinned)
      grid.setColumnsPinned([id], pinned ? "left" : null);
  }
}

/** Columns that were dragged over the edge were chosen as well. */
export function draggedPins<Row>(
  event: ColumnPinnedEvent<Row>,
  pin: (id: string, pinned: boolean) => void,
): void {
  if (event.source !== "uiColumnMoved" && event.source !== "uiColumnDragged") return;
  for (const column of event.columns ?? []) pin(column.getColId(), column.getPinned() === "left");
}

/** The key that pins the column it is pressed in, or frees it. */
export const isPinKey = (event: KeyboardEvent): boolean =>
  event.key.toLowerCase() === "p" && !event.ctrlKey && !event.metaKey && !event.altKey;
