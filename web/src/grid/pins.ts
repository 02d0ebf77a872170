// Which columns are pinned to the left, as this browser remembers it for each table.
import type { ColDef, ColumnPinnedEvent, GridApi } from "ag-grid-community";
import { useCallback, useEffect, useState } from "react";

/** The user's choices by column; a column without one follows its definition. */
export type Pins = Readonly<Record<string, boolean>>;

export interface Pinnable {
  id: string;
  name: string;
  pinned: boolean;
}

const name = (source: string): string => `ampledata.pins.${source}`;

/** Anything malformed in storage is ignored. */
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

/** The column definitions with the user's pins applied. */
export function withPins<Row>(columns: ColDef<Row>[], pins: Pins): ColDef<Row>[] {
  return columns.map((column) => {
    const chosen = pins[column.colId ?? ""];
    return chosen === undefined ? column : { ...column, pinned: chosen ? "left" : null };
  });
}

/** The columns that can be pinned, each with its current state; the row number stays in place. */
export function pinnable<Row>(columns: ColDef<Row>[], pins: Pins): Pinnable[] {
  return columns
    .filter((column) => column.lockPinned !== true)
    .map((column) => {
      const id = column.colId ?? "";
      return { id, name: column.headerName ?? id, pinned: pins[id] ?? column.pinned === "left" };
    });
}

/** The pins of one table, kept in local storage, and a function to change them. */
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

/** Applies the pins to a grid. */
export function applyPins<Row>(grid: GridApi<Row>, columns: ColDef<Row>[], pins: Pins): void {
  for (const { id, pinned } of pinnable(columns, pins)) {
    const column = grid.getColumn(id);
    if (column !== null && (column.getPinned() === "left") !== pinned)
      grid.setColumnsPinned([id], pinned ? "left" : null);
  }
}

/** Records the pins that the user changed by dragging. */
export function draggedPins<Row>(
  event: ColumnPinnedEvent<Row>,
  pin: (id: string, pinned: boolean) => void,
): void {
  if (event.source !== "uiColumnMoved" && event.source !== "uiColumnDragged") return;
  for (const column of event.columns ?? []) pin(column.getColId(), column.getPinned() === "left");
}

/** Whether the key pressed is the one that pins or unpins a column. */
export const isPinKey = (event: KeyboardEvent): boolean =>
  event.key.toLowerCase() === "p" && !event.ctrlKey && !event.metaKey && !event.altKey;
