// AG Grid, loaded when a table is first shown. Cells are drawn as text nodes, never as HTML.
import {
  CellApiModule,
  CellStyleModule,
  ColumnApiModule,
  ColumnAutoSizeModule,
  createGrid,
  EventApiModule,
  type GridApi,
  type GridOptions,
  HighlightChangesModule,
  InfiniteRowModelModule,
  ModuleRegistry,
  RenderApiModule,
  RowApiModule,
  RowStyleModule,
  ScrollApiModule,
  TooltipModule,
} from "ag-grid-community";
import "ag-grid-community/styles/ag-grid.min.css";
import "ag-grid-community/styles/ag-theme-quartz-no-font.min.css";
import { useEffect, useRef } from "react";
import "./grid.css";
import { value } from "../lib/format";
import { BLOCK } from "./block";
import { icon } from "./icons";

ModuleRegistry.registerModules([
  InfiniteRowModelModule,
  ColumnApiModule,
  ColumnAutoSizeModule,
  CellApiModule,
  CellStyleModule,
  EventApiModule,
  HighlightChangesModule,
  RenderApiModule,
  RowApiModule,
  RowStyleModule,
  ScrollApiModule,
  TooltipModule,
]);

/** The most blocks of rows that the grid keeps. */
const BLOCKS = 20;

interface Props<Row> {
  label: string;
  options: GridOptions<Row>;
  /** Called with the copied text, to confirm the copy. */
  onCopied: (what: string) => void;
  onReady?: (api: GridApi<Row>) => void;
}

/** Options change only with `key`: the grid is created once and controlled through its API. */
export default function Grid<Row>({ label, options, onCopied, onReady }: Props<Row>) {
  const host = useRef<HTMLDivElement>(null);
  const first = useRef({ options, onReady });
  const copied = useRef(onCopied);
  useEffect(() => {
    copied.current = onCopied;
  });
  useEffect(() => {
    if (host.current === null) return;
    const { options: given, onReady: ready } = first.current;
    const api = createGrid<Row>(host.current, {
      theme: "legacy",
      rowModelType: "infinite",
      cacheBlockSize: BLOCK,
      maxBlocksInCache: BLOCKS,
      maxConcurrentDatasourceRequests: 2,
      blockLoadDebounceMillis: 60,
      rowHeight: 40,
      headerHeight: 42,
      icons: { sortAscending: icon("up"), sortDescending: icon("down"), sortUnSort: icon("both") },
      enableCellTextSelection: true,
      ensureDomOrder: true,
      suppressDragLeaveHidesColumns: true,
      tooltipShowDelay: 600,
      ...given,
      onCellKeyDown: (event) => {
        given.onCellKeyDown?.(event);
        const key = event.event as KeyboardEvent | null | undefined;
        if (key?.key.toLowerCase() !== "c" || !(key.ctrlKey || key.metaKey)) return;
        if ((getSelection()?.toString() ?? "") !== "") return;
        if (!("column" in event)) return;
        const text = value(
          event.api.getCellValue({ rowNode: event.node, colKey: event.column, useFormatter: true }),
        );
        void copyText(text).then((done) => copied.current(done ? text : ""));
      },
    });
    ready?.(api);
    return () => api.destroy();
  }, []);
  return <div className="grid-host ag-theme-quartz" ref={host} role="group" aria-label={label} />;
}

async function copyText(text: string): Promise<boolean> {
  // Browsers allow writing to the clipboard only on localhost or over HTTPS.
  if (!("clipboard" in navigator)) return false;
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
