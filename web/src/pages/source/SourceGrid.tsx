import type { ColDef, GridApi, GridOptions, IDatasource } from "ag-grid-community";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useMemo, useRef } from "react";
import { api } from "../../api/client";
import { patiently } from "../../api/reach";
import { explain } from "../../api/problem";
import type { Source, SourceRow } from "../../api/types";
import { PinMenu } from "../../grid/PinMenu";
import { applyPins, draggedPins, isPinKey, pinnable, usePins, withPins } from "../../grid/pins";
import { count, value } from "../../lib/format";
import { Skeleton } from "../../ui/states";
import { useToasts } from "../../ui/Toasts";

const Grid = lazy(() =>
  patiently(() => import("../../grid/Grid")),
) as typeof import("../../grid/Grid").default;

/** The uploaded table, loaded block by block while scrolling. */
export function SourceGrid({ source, keys }: { source: Source; keys: string[] }) {
  const client = useQueryClient();
  const toasts = useToasts();
  const [pins, pin] = usePins(source.source_id);
  const grid = useRef<GridApi<SourceRow> | null>(null);
  const columns = useMemo(() => definitions(source, keys), [source, keys]);
  const latest = useRef({ pins, pin });
  useEffect(() => {
    latest.current = { pins, pin };
  });
  useEffect(() => {
    if (grid.current !== null && !grid.current.isDestroyed())
      applyPins(grid.current, columns, pins);
  }, [columns, pins]);
  const options = useMemo<GridOptions<SourceRow>>(() => {
    const datasource: IDatasource = {
      rowCount: source.total_rows,
      getRows: ({ startRow, endRow, successCallback, failCallback }) => {
        client
          .query({
            queryKey: ["sources", source.source_id, "rows", startRow],
            queryFn: () =>
              api.get("/api/v1/sources/{source_id}/rows", {
                path: { source_id: source.source_id },
                query: { from: startRow, limit: endRow - startRow },
              }),
            gcTime: 30_000,
          })
          .then(
            (page) => successCallback(page.rows, source.total_rows),
            (error: unknown) => {
              toasts.say(explain(error));
              failCallback();
            },
          );
      },
    };
    const turnPin = (id: string) => {
      const column = pinnable(columns, latest.current.pins).find((one) => one.id === id);
      if (column === undefined) return;
      latest.current.pin(id, !column.pinned);
      toasts.say(
        column.pinned
          ? `${column.name} is no longer pinned.`
          : `${column.name} is pinned to the left.`,
      );
    };
    return {
      columnDefs: withPins(columns, latest.current.pins),
      defaultColDef: {
        sortable: false,
        resizable: true,
        suppressHeaderKeyboardEvent: ({ event, column }) => {
          if (!isPinKey(event)) return false;
          turnPin("getColId" in column ? column.getColId() : "");
          return true;
        },
      },
      onColumnPinned: (event) => draggedPins(event, (id, pinned) => latest.current.pin(id, pinned)),
      onCellKeyDown: (event) => {
        if ("column" in event && event.event instanceof KeyboardEvent && isPinKey(event.event))
          turnPin(event.column.getColId());
      },
      datasource,
      rowClassRules: { unusable: ({ data }) => data?.problem != null },
    };
  }, [source, columns, client, toasts]);
  return (
    <>
      <div className="row pin-bar">
        <PinMenu columns={pinnable(columns, pins)} onPin={pin} />
      </div>
      <div className="grid-frame">
        <Suspense fallback={<Skeleton lines={8} height={30} />}>
          <Grid
            key={keys.join("\u0000")}
            label={`Rows of ${source.name}`}
            options={options}
            onReady={(api) => {
              grid.current = api;
            }}
            onCopied={(text) =>
              toasts.say(text === "" ? "Nothing was copied." : `Copied “${text.slice(0, 60)}”.`)
            }
          />
        </Suspense>
      </div>
    </>
  );
}

/** The columns of the table; on wide screens the key columns are pinned. */
function definitions(source: Source, keys: string[]): ColDef<SourceRow>[] {
  const columns: ColDef<SourceRow>[] = source.columns.map((header) => ({
    colId: `given:${header}`,
    headerName: keys.includes(header) ? `${header} · key` : header,
    valueGetter: ({ data }) => value(data?.cells[header]),
    cellClass: keys.includes(header) ? "key" : "",
    pinned: keys.includes(header) && innerWidth > 700 ? "left" : null,
    width: 190,
    minWidth: 160,
    flex: keys.includes(header) ? 0 : 1,
  }));
  const line: ColDef<SourceRow> = {
    colId: "line",
    headerName: "Row",
    width: 84,
    pinned: innerWidth > 700 ? "left" : null,
    lockPinned: true,
    cellClass: "index",
    resizable: false,
    valueGetter: ({ data }) => (data === undefined ? "" : count(data.index + 1)),
    tooltip: ({ data }) => data?.problem ?? "",
  };
  return [line, ...columns];
}
