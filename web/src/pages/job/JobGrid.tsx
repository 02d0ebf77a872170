import type {
  CellClickedEvent,
  CellKeyDownEvent,
  ColDef,
  GridApi,
  GridOptions,
} from "ag-grid-community";
import { lazy, type RefObject, Suspense, useCallback, useEffect, useMemo, useRef } from "react";
import { explain } from "../../api/problem";
import type { Job, Source } from "../../api/types";
import { cellText, drawCell, element } from "../../grid/cells";
import {
  applyPins,
  draggedPins,
  isPinKey,
  type Pinnable,
  pinnable,
  type Pins,
  withPins,
} from "../../grid/pins";
import { count, value } from "../../lib/format";
import { stageLabel } from "../../lib/status";
import { Skeleton } from "../../ui/states";
import { useToasts } from "../../ui/Toasts";
import type { Chosen } from "./JobPage";
import { lockCell } from "./lock";
import { saysMore } from "./saysMore";
import { type GridRow, RowSource } from "./rowSource";
import type { View } from "./view";

const Grid = lazy(() => import("../../grid/Grid")) as typeof import("../../grid/Grid").default;
const FOUND = "found:";

interface Props {
  job: Job;
  source: Source;
  view: View;
  pins: Pins;
  holder: RefObject<RowSource | null>;
  onChoose: (chosen: Chosen) => void;
  onSort: (change: (view: View) => View) => void;
  onCount: (rows: number | null) => void;
  onPin: (id: string, pinned: boolean) => void;
  /** Whether this view has no rows. */
  isEmpty: boolean;
}

/** The columns that can be pinned. */
export const columnsOf = (job: Job, source: Source, pins: Pins): Pinnable[] =>
  pinnable(definitions(job, source, 0), pins);

export function JobGrid({
  job,
  source,
  view,
  pins,
  holder,
  onChoose,
  onSort,
  onCount,
  onPin,
  isEmpty,
}: Props) {
  const toasts = useToasts();
  const grid = useRef<GridApi<GridRow> | null>(null);
  const latest = useRef({ onChoose, onSort, onCount, onPin, toasts, pins });
  useEffect(() => {
    latest.current = { onChoose, onSort, onCount, onPin, toasts, pins };
  });

  const showView = useCallback(
    (shown: View) => {
      if (grid.current === null) return;
      holder.current?.destroy();
      latest.current.onCount(null);
      holder.current = new RowSource(
        job.job_id,
        shown,
        job.total_rows,
        (error) => latest.current.toasts.say(explain(error)),
        (rows) => latest.current.onCount(rows),
      );
      holder.current.attach(grid.current);
      grid.current.setGridOption("datasource", holder.current);
    },
    [holder, job.job_id, job.total_rows],
  );

  // One row source per view; it is replaced when the values of the view change, not its object.
  const { filter, column, order } = view;
  useEffect(() => showView({ filter, column, order }), [showView, filter, column, order]);
  useEffect(() => () => holder.current?.destroy(), [holder]);

  useEffect(() => {
    if (grid.current !== null) applyPins(grid.current, definitions(job, source, 0), pins);
  }, [job, source, pins]);

  const threshold = job.confidence_threshold ?? 0.6;
  const options = useMemo(
    () => gridOptions(job, source, threshold, latest, holder),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the grid depends on nothing else of the job
    [job.columns, job.key_columns, source, threshold],
  );
  return (
    <div className="grid-frame">
      <Suspense fallback={<Skeleton lines={8} height={30} />}>
        <Grid
          label={`Cells of ${source.name}`}
          options={options}
          onReady={(api) => {
            grid.current = api;
            showView({ filter, column, order });
          }}
          onCopied={(text) =>
            toasts.say(text === "" ? "Nothing was copied." : `Copied “${text.slice(0, 60)}”.`)
          }
        />
      </Suspense>
      {isEmpty && (
        <p className="grid-empty muted">
          {view.filter === "failed"
            ? "No rows failed."
            : `No cells of ${view.column ?? "this column"} match this filter.`}
        </p>
      )}
    </div>
  );
}

type Latest = RefObject<
  Pick<Props, "onChoose" | "onSort" | "onCount" | "onPin" | "pins"> & {
    toasts: ReturnType<typeof useToasts>;
  }
>;

function gridOptions(
  job: Job,
  source: Source,
  threshold: number,
  latest: Latest,
  holder: RefObject<RowSource | null>,
): GridOptions<GridRow> {
  const choose = (event: CellClickedEvent<GridRow> | CellKeyDownEvent<GridRow>, edit: boolean) => {
    const id = event.column.getColId();
    if (event.data !== undefined && id.startsWith(FOUND)) {
      latest.current.onChoose({ row: event.data.index, column: id.slice(FOUND.length), edit });
    }
  };
  const columns = definitions(job, source, threshold);
  const turnPin = (id: string) => {
    const column = pinnable(columns, latest.current.pins).find((one) => one.id === id);
    if (column === undefined) return;
    latest.current.onPin(id, !column.pinned);
    latest.current.toasts.say(
      column.pinned
        ? `${column.name} is no longer pinned.`
        : `${column.name} is pinned to the left.`,
    );
  };
  return {
    columnDefs: withPins(columns, latest.current.pins),
    defaultColDef: {
      resizable: true,
      sortable: false,
      suppressHeaderKeyboardEvent: ({ event, column }) => {
        if (!isPinKey(event)) return false;
        turnPin("getColId" in column ? column.getColId() : "");
        return true;
      },
    },
    onColumnPinned: (event) => draggedPins(event, (id, pinned) => latest.current.onPin(id, pinned)),
    enableCellTextSelection: false,
    cellFlashDuration: 900,
    // A fade would be redrawn frame by frame as long as rows arrive.
    cellFadeDuration: 0,
    onCellClicked: (event) => choose(event, false),
    onCellKeyDown: (event) => {
      if (!("column" in event)) return;
      const key = (event.event as KeyboardEvent | null | undefined)?.key;
      if (key === "Enter") choose(event, false);
      const alone =
        !(event.event as KeyboardEvent).ctrlKey && !(event.event as KeyboardEvent).metaKey;
      if (key === "F2" || (key === "e" && alone)) choose(event, true);
      const id = event.column.getColId();
      if (event.event instanceof KeyboardEvent && isPinKey(event.event)) turnPin(id);
      if (key === "l" && alone && event.data !== undefined && id.startsWith(FOUND)) {
        void lockCell(job.job_id, event.node, id.slice(FOUND.length), latest.current.toasts, () =>
          holder.current?.changed(event.data?.index ?? 0),
        );
      }
    },
    onBodyScrollEnd: () => holder.current?.scrolled(),
    onSortChanged: (event) => {
      const sorted = event.api.getColumnState().find((state) => state.sort != null);
      const order =
        sorted === undefined ? "index" : sorted.sort === "desc" ? "-confidence" : "confidence";
      const column = sorted?.colId.slice(FOUND.length);
      latest.current.onSort((view) => ({
        ...view,
        filter: sorted === undefined ? view.filter : "all",
        column: column ?? view.column,
        order,
      }));
    },
  };
}

function definitions(job: Job, source: Source, threshold: number): ColDef<GridRow>[] {
  const columns = [
    ...keyColumns(job, source),
    ...foundColumns(job, threshold),
    ...otherColumns(job, source),
  ];
  // The last column takes the remaining width, so that rows fill the frame.
  return columns.map((column, at) =>
    at === columns.length - 1 ? { ...column, flex: 1, minWidth: column.width ?? 140 } : column,
  );
}

const index: ColDef<GridRow> = {
  colId: "index",
  headerName: "Row",
  width: 66,
  pinned: "left",
  lockPinned: true,
  cellClass: "index",
  resizable: false,
  valueGetter: ({ data }) => (data === undefined ? "" : count(data.index + 1)),
};

/** The key columns. On wide screens the first one is pinned. */
function keyColumns(job: Job, source: Source): ColDef<GridRow>[] {
  const wide = innerWidth > 700;
  const keys = source.columns.filter((header) => job.key_columns.includes(header));
  const first: ColDef<GridRow>[] = wide ? [index] : [];
  return [
    ...first,
    ...keys.map((header, at): ColDef<GridRow> => ({
      colId: `given:${header}`,
      headerName: header,
      width: wide ? (at === 0 ? 200 : 140) : 130,
      pinned: wide && at === 0 ? "left" : null,
      cellClass: "key",
      valueGetter: ({ data }) => value(data?.given[header]),
    })),
  ];
}

function otherColumns(job: Job, source: Source): ColDef<GridRow>[] {
  const asked = new Set(job.columns.map((column) => column.name));
  const others = source.columns.filter(
    (header) => !job.key_columns.includes(header) && !asked.has(header),
  );
  return [
    {
      colId: "stage",
      headerName: "Stage",
      width: 120,
      valueGetter: ({ data }) => (data === undefined ? "" : stageLabel(data.stage)),
      tooltip: ({ data }) => data?.error ?? "",
    },
    ...others.map((header): ColDef<GridRow> => ({
      colId: `given:${header}`,
      headerName: header,
      width: 140,
      cellClass: "given",
      valueGetter: ({ data }) => value(data?.given[header]),
    })),
  ];
}

function foundColumns(job: Job, threshold: number): ColDef<GridRow>[] {
  return job.columns.map((column): ColDef<GridRow> => ({
    colId: `${FOUND}${column.name}`,
    headerName: column.unit == null ? column.name : `${column.name} (${column.unit})`,
    headerTooltip: saysMore(column) ? (column.description ?? "") : "",
    width: 190,
    minWidth: 120,
    sortable: true,
    sortingOrder: ["asc", "desc", null],
    enableCellChangeFlash: true,
    valueGetter: ({ data }) => data?.cells[column.name],
    valueFormatter: ({ data }) => cellText(data?.cells[column.name]),
    equals: (a, b) => JSON.stringify(a) === JSON.stringify(b),
    cellRenderer: ({ data }: { data?: GridRow }) =>
      data === undefined
        ? element("span", "")
        : drawCell(data.cells[column.name], data.stage, threshold),
  }));
}
