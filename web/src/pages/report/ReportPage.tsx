import { useQuery } from "@tanstack/react-query";
import { type ReactNode, type Ref, useRef } from "react";
import { job as jobQuery, source as sourceQuery } from "../../api/queries";
import { explain } from "../../api/problem";
import type { Job } from "../../api/types";
import { Link } from "../../app/router";
import { count, counted, percent, usd } from "../../lib/format";
import { Button } from "../../ui/controls";
import { EmptyState, ErrorState, Skeleton } from "../../ui/states";
import { StatusBadge } from "../../ui/StatusBadge";
import { useToasts } from "../../ui/Toasts";
import { ConfidenceChart, CoverageChart, SitesChart } from "./charts";
import { savePng, saveSvg } from "./picture";
import { summarize, type Summary } from "./summary";
import "./report.css";

const MOST_SITES = 12;

export function ReportPage({ id }: { id: string }) {
  const job = useQuery(jobQuery(id));
  const source = useQuery({ ...sourceQuery(job.data?.source_id ?? ""), enabled: job.data !== undefined });
  const names = job.data?.columns.map((column) => column.name) ?? [];
  const summary = useQuery({
    queryKey: ["jobs", id, "summary", names],
    queryFn: ({ signal }) => summarize(id, names, signal),
    enabled: names.length > 0,
  });
  const error = job.error ?? summary.error;
  if (error !== null) return <ErrorState whole error={error} onRetry={() => { void job.refetch(); void summary.refetch(); }} />;
  if (job.data === undefined) return <Skeleton lines={8} height={30} />;
  const name = source.data?.name ?? "…";
  return (
    <>
      <div className="page-head">
        <div>
          <p className="crumbs"><Link to="/">Tables</Link> / <Link to={`/jobs/${id}`}>{name}</Link> / Report</p>
          <div className="row"><h1>Report on {name}</h1><StatusBadge status={job.data.status} /></div>
        </div>
      </div>
      {names.length === 0 && <EmptyState icon="chart" title="Nothing to report"><p>This run was never started.</p></EmptyState>}
      {names.length > 0 && summary.data === undefined && <Skeleton lines={8} height={30} />}
      {summary.data !== undefined && <Report job={job.data} summary={summary.data} name={name.replace(/\.\w+$/, "")} />}
    </>
  );
}

function Report({ job, summary, name }: { job: Job; summary: Summary; name: string }) {
  const cells = job.total_rows * job.columns.length;
  const each = job.cells_found === 0 ? null : job.budget.spent_usd / job.cells_found;
  const sites = summary.sites.slice(0, MOST_SITES);
  return (
    <>
      <dl className="figures">
        <Figure label="Rows" value={count(job.total_rows)} />
        <Figure label="Cells found" value={count(job.cells_found)} note={`of ${count(cells)}`} />
        <Figure label="Coverage" value={percent(cells === 0 ? 0 : job.cells_found / cells)} />
        <Figure label="Cost" value={usd(job.budget.spent_usd)} />
        <Figure label="Cost of a found cell" value={each === null ? "–" : usd(each)} />
        <Figure label="Sites" value={count(summary.sites.length)} />
      </dl>
      {summary.rows < job.total_rows && <p className="muted small">Drawn from the first {counted(summary.rows, "row")}.</p>}
      <div className="charts">
        <ChartCard title="Coverage of each column" file={`${name}-coverage`}>{(ref) => <CoverageChart columns={summary.columns} ref={ref} />}</ChartCard>
        <ChartCard title="How sure the found cells are" file={`${name}-confidence`}>{(ref) => <ConfidenceChart tenths={summary.confidence} ref={ref} />}</ChartCard>
        <ChartCard title="Where the values come from" file={`${name}-sources`}
          note={summary.sites.length > MOST_SITES ? `The ${MOST_SITES} most frequent of ${count(summary.sites.length)} sites.` : undefined}>
          {(ref) => (sites.length === 0 ? <p className="muted">Nothing was found yet.</p> : <SitesChart sites={sites} ref={ref} />)}
        </ChartCard>
      </div>
    </>
  );
}

function Figure({ label, value, note }: { label: string; value: string; note?: string }) {
  return <div className="card"><dt>{label}</dt><dd>{value}{note !== undefined && <span className="muted small"> {note}</span>}</dd></div>;
}

function ChartCard({ title, file, note, children }: { title: string; file: string; note?: string | undefined; children: (ref: Ref<SVGSVGElement>) => ReactNode }) {
  const chart = useRef<SVGSVGElement>(null);
  const toasts = useToasts();
  const png = () => {
    if (chart.current !== null) savePng(chart.current, file).catch((error: unknown) => toasts.say(explain(error)));
  };
  return (
    <section className="card stack" aria-label={title}>
      <div className="row spread">
        <h2>{title}</h2>
        <div className="row">
          <Button small icon="download" aria-label={`${title} as SVG`} onClick={() => { if (chart.current !== null) saveSvg(chart.current, file); }}>SVG</Button>
          <Button small icon="download" aria-label={`${title} as PNG`} onClick={png}>PNG</Button>
        </div>
      </div>
      {children(chart)}
      {note !== undefined && <p className="muted small">{note}</p>}
    </section>
  );
}
