import type { ColDef, GridOptions, IDatasource } from "ag-grid-community";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useMemo } from "react";
import { api } from "../../api/client";
import { patiently } from "../../api/reach";
import { explain } from "../../api/problem";
import type { Source, SourceRow } from "../../api/types";
import { count, value } from "../../lib/format";
import { Skeleton } from "../../ui/states";
import { useToasts } from "../../ui/Toasts";

const Grid = lazy(() => patiently(() => import("../../grid/Grid"))) as typeof import("../../grid/Grid").default;

/** The table as it was given, block by block as it is scrolled. */
export function SourceGrid({ source, keys }: { source: Source; keys: string[] }) {
  const client = useQueryClient();
  const toasts = useToasts();
  const options = useMemo<GridOptions<SourceRow>>(() => {
    const columns: ColDef<SourceRow>[] = source.columns.map((header) => ({
      colId: `given:${header}`,
      headerName: keys.includes(header) ? `${header} · key` : header,
      valueGetter: ({ data }) => value(data?.cells[header]),
      cellClass: keys.includes(header) ? "key" : "",
      pinned: keys.includes(header) && innerWidth > 700 ? "left" : null,
      minWidth: 90,
      width: 190,
    }));
    const line: ColDef<SourceRow> = {
      colId: "line", headerName: "Row", width: 84, pinned: innerWidth > 700 ? "left" : null, cellClass: "index", resizable: false,
      valueGetter: ({ data }) => (data === undefined ? "" : count(data.index + 1)),
      tooltip: ({ data }) => data?.problem ?? "",
    };
    const datasource: IDatasource = {
      rowCount: source.total_rows,
      getRows: ({ startRow, endRow, successCallback, failCallback }) => {
        client.query({
          queryKey: ["sources", source.source_id, "rows", startRow],
          queryFn: () => api.get("/api/v1/sources/{source_id}/rows", {
            path: { source_id: source.source_id }, query: { from: startRow, limit: endRow - startRow },
          }),
          gcTime: 30_000,
        }).then(
          (page) => successCallback(page.rows, source.total_rows),
          (error: unknown) => { toasts.say(explain(error)); failCallback(); },
        );
      },
    };
    return {
      columnDefs: [line, ...columns],
      defaultColDef: { sortable: false, resizable: true },
      datasource,
      rowClassRules: { unusable: ({ data }) => data?.problem != null },
    };
  }, [source, keys, client, toasts]);
  return (
    <div className="grid-frame">
      <Suspense fallback={<Skeleton lines={8} height={30} />}>
        <Grid key={keys.join("\u0000")} label={`Rows of ${source.name}`} options={options}
          onCopied={(text) => toasts.say(text === "" ? "Nothing was copied." : `Copied “${text.slice(0, 60)}”.`)} />
      </Suspense>
    </div>
  );
}
