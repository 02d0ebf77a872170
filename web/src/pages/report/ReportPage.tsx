import { useQuery } from "@tanstack/react-query";
import { type ReactNode, type Ref, useRef } from "react";
import { job as jobQuery, report as reportQuery, source as sourceQuery } from "../../api/queries";
import { explain } from "../../api/problem";
import type { Report as Counted } from "../../api/types";
import { Link } from "../../app/router";
import { count, percent, usd } from "../../lib/format";
import { Button } from "../../ui/controls";
import { EmptyState, ErrorState, Skeleton } from "../../ui/states";
import { StatusBadge } from "../../ui/StatusBadge";
import { useToasts } from "../../ui/Toasts";
import { ConfidenceChart, CoverageChart, SitesChart } from "./charts";
import { savePng, saveSvg } from "./picture";
import { siteName } from "./site";
import "./report.css";

const MOST_SITES = 12;

export function ReportPage({ id }: { id: string }) {
  const job = useQuery(jobQuery(id));
  const source = useQuery({
    ...sourceQuery(job.data?.source_id ?? ""),
    enabled: job.data !== undefined,
  });
  const started = job.data !== undefined && job.data.columns.length > 0;
  const report = useQuery({ ...reportQuery(id), enabled: started });
  const error =
    job.data === undefined ? job.error : report.data === undefined ? report.error : null;
  if (error !== null)
    return (
      <ErrorState
        whole
        error={error}
        onRetry={() => {
          void job.refetch();
          void report.refetch();
        }}
      />
    );
  if (job.data === undefined) return <Skeleton lines={8} height={30} />;
  const name = source.data?.name ?? "…";
  return (
    <>
      <div className="page-head">
        <div>
          <p className="crumbs">
            <Link to="/">Tables</Link> / <Link to={`/jobs/${id}`}>{name}</Link> / Report
          </p>
          <div className="row">
            <h1>Report on {name}</h1>
            <StatusBadge status={report.data?.status ?? job.data.status} />
          </div>
        </div>
      </div>
      {!started && (
        <EmptyState icon="chart" title="Nothing to report">
          <p>This run was never started.</p>
        </EmptyState>
      )}
      {started && report.data === undefined && <Skeleton lines={8} height={30} />}
      {report.data !== undefined && (
        <Report report={report.data} name={name.replace(/\.\w+$/, "")} />
      )}
    </>
  );
}

function Report({ report, name }: { report: Counted; name: string }) {
  const each = report.cost_per_found_cell_usd ?? null;
  const sites = report.sites
    .slice(0, MOST_SITES)
    .map(({ site, cells }) => ({ site: siteName(site), cells }));
  return (
    <>
      <dl className="figures">
        <Figure label="Rows" value={count(report.total_rows)} />
        <Figure
          label="Cells found"
          value={count(report.cells_found)}
          note={`of ${count(report.cells)}`}
        />
        <Figure
          label="Coverage"
          value={percent(report.cells === 0 ? 0 : report.cells_found / report.cells)}
        />
        <Figure label="Cost" value={usd(report.cost_usd)} />
        <Figure label="Cost per found cell" value={each === null ? "–" : usd(each)} />
        <Figure label="Sites" value={count(report.sites_in_all)} />
      </dl>
      <div className="charts">
        <ChartCard title="Coverage of each column" file={`${name}-coverage`}>
          {(ref) => <CoverageChart columns={report.columns} ref={ref} />}
        </ChartCard>
        <ChartCard title="Confidence of found cells" file={`${name}-confidence`}>
          {(ref) => <ConfidenceChart tenths={report.confidence} ref={ref} />}
        </ChartCard>
        <ChartCard
          title="Sources of the values"
          file={`${name}-sources`}
          note={
            report.sites_in_all > sites.length
              ? `The ${sites.length} most frequent of ${count(report.sites_in_all)} sites.`
              : undefined
          }
        >
          {(ref) =>
            sites.length === 0 ? (
              <p className="muted">Nothing was found yet.</p>
            ) : (
              <SitesChart sites={sites} ref={ref} />
            )
          }
        </ChartCard>
      </div>
    </>
  );
}

function Figure({ label, value, note }: { label: string; value: string; note?: string }) {
  return (
    <div className="card">
      <dt>{label}</dt>
      <dd>
        {value}
        {note !== undefined && <span className="muted small"> {note}</span>}
      </dd>
    </div>
  );
}

function ChartCard({
  title,
  file,
  note,
  children,
}: {
  title: string;
  file: string;
  note?: string | undefined;
  children: (ref: Ref<SVGSVGElement>) => ReactNode;
}) {
  const chart = useRef<SVGSVGElement>(null);
  const toasts = useToasts();
  const png = () => {
    if (chart.current !== null)
      savePng(chart.current, file).catch((error: unknown) => toasts.say(explain(error)));
  };
  return (
    <section className="card stack" aria-label={title}>
      <div className="row spread">
        <h2>{title}</h2>
        <div className="row">
          <Button
            small
            icon="download"
            aria-label={`${title} as SVG`}
            onClick={() => {
              if (chart.current !== null) saveSvg(chart.current, file);
            }}
          >
            SVG
          </Button>
          <Button small icon="download" aria-label={`${title} as PNG`} onClick={png}>
            PNG
          </Button>
        </div>
      </div>
      {children(chart)}
      {note !== undefined && <p className="muted small">{note}</p>}
    </section>
  );
}
