// Charts as plain SVG: sharp at any size, themed with the page, saved as displayed.
import type { ReactNode, Ref } from "react";
import type { ColumnReport } from "../../api/types";
import { count, percent } from "../../lib/format";

/** Drawn for the width at which it is displayed, so that its text has the usual size. */
const NARROW = matchMedia("(max-width: 700px)").matches;
const WIDTH = NARROW ? 330 : 640;
const LABEL = NARROW ? 122 : 190;
/** How many characters fit beside a bar. */
const LETTERS = NARROW ? 13 : 23;

interface Frame {
  title: string;
  height: number;
  ref?: Ref<SVGSVGElement>;
  children: ReactNode;
}

function Chart({ title, height, ref, children }: Frame) {
  return (
    <svg
      ref={ref}
      className="chart"
      viewBox={`0 0 ${WIDTH} ${height}`}
      role="img"
      aria-label={title}
      xmlns="http://www.w3.org/2000/svg"
    >
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

const clipped = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

/** How much of each column was found. */
export function CoverageChart({
  columns,
  ref,
}: {
  columns: ColumnReport[];
  ref?: Ref<SVGSVGElement>;
}) {
  const step = 30;
  const room = WIDTH - LABEL - 52;
  const legend = legendOf(columns, WIDTH - (NARROW ? 0 : LABEL));
  return (
    <Chart
      title={`Coverage: ${columns.map((column) => `${column.name} ${percent(share(column))}`).join(", ")}`}
      height={columns.length * step + 8 + legend.rows * 20}
      {...(ref === undefined ? {} : { ref })}
    >
      {columns.map((column, at) => {
        const total = all(column);
        let left = LABEL;
        return (
          <g key={column.name} transform={`translate(0 ${at * step})`}>
            <text className="chart-label" x={LABEL - 12} y={19} textAnchor="end">
              {clipped(column.name, LETTERS)}
            </text>
            <rect className="part-rest" x={LABEL} y={6} width={room} height={18} rx={4} />
            {PARTS.map(({ id, className }) => {
              const width = total === 0 ? 0 : (column[id] / total) * room;
              const bar = (
                <rect
                  key={id}
                  className={className}
                  x={left}
                  y={6}
                  width={width}
                  height={18}
                  rx={width > 8 ? 4 : 0}
                />
              );
              left += width;
              return bar;
            })}
            <text className="chart-value" x={WIDTH - 44} y={19}>
              {percent(share(column))}
            </text>
          </g>
        );
      })}
      <g transform={`translate(${NARROW ? 0 : LABEL} ${columns.length * step + 12})`}>
        {legend.entries.map(({ id, label, className, x, y }) => (
          <g key={id} transform={`translate(${x} ${y})`}>
            <rect className={className} width={11} height={11} rx={3} />
            <text className="chart-note" x={16} y={10}>
              {label}
            </text>
          </g>
        ))}
      </g>
    </Chart>
  );
}

/** The legend of the colours in use, in as many rows as it needs. */
function legendOf(columns: ColumnReport[], room: number) {
  const parts = PARTS.filter(
    ({ id }) => id === "found" || columns.some((column) => column[id] > 0),
  );
  const waiting = columns.some((column) => column.waiting > 0);
  let [x, y] = [0, 0];
  const entries = [
    ...parts,
    { id: "rest", label: waiting ? "not found or pending" : "not found", className: "part-rest" },
  ].map((part) => {
    const width = 30 + part.label.length * 6.6;
    if (x > 0 && x + width > room) [x, y] = [0, y + 20];
    const entry = { ...part, x, y };
    x += width;
    return entry;
  });
  return { entries, rows: y / 20 + 1 };
}

const all = (column: ColumnReport): number =>
  column.found + column.absent + column.blocked + column.conflict + column.error + column.waiting;
const share = (column: ColumnReport): number =>
  all(column) === 0 ? 0 : column.found / all(column);

/** The confidence of the found cells, by tenths. */
export function ConfidenceChart({ tenths, ref }: { tenths: number[]; ref?: Ref<SVGSVGElement> }) {
  const most = Math.max(1, ...tenths);
  const width = (WIDTH - 40) / tenths.length;
  const height = 170;
  const words = tenths
    .map((cells, at) => `${percent(at / 10)} to ${percent((at + 1) / 10)}: ${count(cells)}`)
    .join("; ");
  return (
    <Chart
      title={`Confidence of found cells. ${words}`}
      height={height + 46}
      {...(ref === undefined ? {} : { ref })}
    >
      {tenths.map((cells, at) => {
        const tall = (cells / most) * height;
        return (
          <g key={at} transform={`translate(${20 + at * width} 0)`}>
            <rect
              className="part-found"
              x={4}
              y={20 + height - tall}
              width={width - 8}
              height={tall}
              rx={Math.min(4, tall)}
            />
            {cells > 0 && (
              <text
                className="chart-value"
                x={width / 2}
                y={14 + height - tall}
                textAnchor="middle"
              >
                {count(cells)}
              </text>
            )}
          </g>
        );
      })}
      {/* The numbers are between the bars: each bar covers the range from one to the next. */}
      {Array.from({ length: tenths.length + 1 }, (_, at) => at)
        .filter((at) => !NARROW || at % 2 === 0)
        .map((at) => (
          <text
            key={at}
            className="chart-note"
            x={20 + at * width}
            y={height + 38}
            textAnchor="middle"
          >
            {percent(at / tenths.length)}
          </text>
        ))}
      <rect className="chart-axis" x={20} y={height + 20} width={WIDTH - 40} height={1} />
    </Chart>
  );
}

/** Which sites the values come from. */
export function SitesChart({
  sites,
  ref,
}: {
  sites: { site: string; cells: number }[];
  ref?: Ref<SVGSVGElement>;
}) {
  const step = 26;
  const most = Math.max(1, ...sites.map((site) => site.cells));
  const room = WIDTH - LABEL - 80;
  return (
    <Chart
      title={`Sources: ${sites.map((site) => `${site.site} ${count(site.cells)}`).join(", ")}`}
      height={Math.max(1, sites.length) * step}
      {...(ref === undefined ? {} : { ref })}
    >
      {sites.map((site, at) => (
        <g key={site.site} transform={`translate(0 ${at * step})`}>
          <text className="chart-label" x={LABEL - 12} y={17} textAnchor="end">
            {clipped(site.site, LETTERS)}
          </text>
          <rect
            className="part-site"
            x={LABEL}
            y={5}
            width={(site.cells / most) * room}
            height={16}
            rx={4}
          />
          <text className="chart-value" x={LABEL + (site.cells / most) * room + 8} y={17}>
            {count(site.cells)}
          </text>
        </g>
      ))}
    </Chart>
  );
}
