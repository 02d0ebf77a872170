// Charts as plain SVG: sharp at any size, themed by the page, saved as they are seen.
import type { ReactNode, Ref } from "react";
import type { ColumnReport } from "../../api/types";
import { count, percent } from "../../lib/format";

const WIDTH = 640;
const LABEL = 170;

interface Frame { title: string; height: number; ref?: Ref<SVGSVGElement>; children: ReactNode }

function Chart({ title, height, ref, children }: Frame) {
  return (
    <svg ref={ref} className="chart" viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={title} xmlns="http://www.w3.org/2000/svg">
      {children}
    </svg>
  );
}

const PARTS = [
  { id: "found", label: "found", className: "part-found" },
  { id: "conflict", label: "conflict", className: "part-conflict" },
  { id: "blocked", label: "blocked", className: "part-blocked" },
  { id: "error", label: "error", className: "part-error" },
] as const;

const clipped = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** How much of each column is there. */
export function CoverageChart({ columns, ref }: { columns: ColumnReport[]; ref?: Ref<SVGSVGElement> }) {
  const step = 30;
  const room = WIDTH - LABEL - 60;
  return (
    <Chart title={`Coverage: ${columns.map((column) => `${column.name} ${percent(share(column))}`).join(", ")}`} height={columns.length * step + 34} {...(ref === undefined ? {} : { ref })}>
      {columns.map((column, at) => {
        const total = all(column);
        let left = LABEL;
        return (
          <g key={column.name} transform={`translate(0 ${at * step})`}>
            <text className="chart-label" x={LABEL - 12} y={19} textAnchor="end">{clipped(column.name, 20)}</text>
            <rect className="part-rest" x={LABEL} y={6} width={room} height={18} rx={4} />
            {PARTS.map(({ id, className }) => {
              const width = total === 0 ? 0 : (column[id] / total) * room;
              const bar = <rect key={id} className={className} x={left} y={6} width={width} height={18} rx={width > 8 ? 4 : 0} />;
              left += width;
              return bar;
            })}
            <text className="chart-value" x={WIDTH - 52} y={19}>{percent(share(column))}</text>
          </g>
        );
      })}
      <g transform={`translate(${LABEL} ${columns.length * step + 12})`}>
        {[...PARTS, { id: "rest", label: "not found", className: "part-rest" }].map(({ id, label, className }, at) => (
          <g key={id} transform={`translate(${at * 90} 0)`}>
            <rect className={className} width={11} height={11} rx={3} />
            <text className="chart-note" x={16} y={10}>{label}</text>
          </g>
        ))}
      </g>
    </Chart>
  );
}

const all = (column: ColumnReport): number => column.found + column.absent + column.blocked + column.conflict + column.error + column.waiting;
const share = (column: ColumnReport): number => (all(column) === 0 ? 0 : column.found / all(column));

/** How sure the found cells are, by tenths. */
export function ConfidenceChart({ tenths, ref }: { tenths: number[]; ref?: Ref<SVGSVGElement> }) {
  const most = Math.max(1, ...tenths);
  const width = (WIDTH - 40) / tenths.length;
  const height = 170;
  const words = tenths.map((cells, at) => `${percent(at / 10)} to ${percent((at + 1) / 10)}: ${count(cells)}`).join("; ");
  return (
    <Chart title={`Confidence of found cells. ${words}`} height={height + 46} {...(ref === undefined ? {} : { ref })}>
      {tenths.map((cells, at) => {
        const tall = (cells / most) * height;
        return (
          <g key={at} transform={`translate(${20 + at * width} 0)`}>
            <rect className="part-found" x={4} y={20 + height - tall} width={width - 8} height={tall} rx={Math.min(4, tall)} />
            {cells > 0 && <text className="chart-value" x={width / 2} y={14 + height - tall} textAnchor="middle">{count(cells)}</text>}
            <text className="chart-note" x={width / 2} y={height + 38} textAnchor="middle">{percent(at / 10)}</text>
          </g>
        );
      })}
      <rect className="chart-axis" x={20} y={height + 20} width={WIDTH - 40} height={1} />
    </Chart>
  );
}

/** Which sites the values come from. */
export function SitesChart({ sites, ref }: { sites: { site: string; cells: number }[]; ref?: Ref<SVGSVGElement> }) {
  const step = 26;
  const most = Math.max(1, ...sites.map((site) => site.cells));
  const room = WIDTH - LABEL - 80;
  return (
    <Chart title={`Sources: ${sites.map((site) => `${site.site} ${count(site.cells)}`).join(", ")}`} height={Math.max(1, sites.length) * step} {...(ref === undefined ? {} : { ref })}>
      {sites.map((site, at) => (
        <g key={site.site} transform={`translate(0 ${at * step})`}>
          <text className="chart-label" x={LABEL - 12} y={17} textAnchor="end">{clipped(site.site, 20)}</text>
          <rect className="part-site" x={LABEL} y={5} width={(site.cells / most) * room} height={16} rx={4} />
          <text className="chart-value" x={LABEL + (site.cells / most) * room + 8} y={17}>{count(site.cells)}</text>
        </g>
      ))}
    </Chart>
  );
}
