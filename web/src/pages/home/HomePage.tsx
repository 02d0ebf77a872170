import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { jobs, sources } from "../../api/queries";
import type { JobSummary } from "../../api/types";
import { counted } from "../../lib/format";
import { EmptyState, ErrorState, Skeleton } from "../../ui/states";
import { JobsTable } from "./JobsTable";
import { SourcesTable } from "./SourcesTable";
import { UploadArea } from "./UploadArea";

export function HomePage() {
  const tables = useQuery(sources());
  const runs = useQuery(jobs());
  const bySource = useMemo(() => groupBySource(runs.data?.jobs ?? []), [runs.data]);
  const error = tables.data === undefined ? tables.error : null;
  const none = tables.data?.sources.length === 0;
  return (
    <>
      <div className="page-head">
        <div className="stack tight">
          <h1>Tables</h1>
          <p className="muted">
            Fill in the missing columns of a table from the web, with evidence for every value.
          </p>
        </div>
      </div>
      <UploadArea large={none} />
      {error !== null && <ErrorState error={error} onRetry={() => void tables.refetch()} />}
      {tables.isPending && error === null && <Skeleton lines={4} height={40} />}
      {none && (
        <EmptyState title="No tables yet">
          <p>
            Upload a file with one row for each company, bridge, person or other thing that you want
            to know more about. On the next page, check which column identifies a row and choose the
            columns to add.
          </p>
        </EmptyState>
      )}
      {tables.data !== undefined && !none && (
        <section className="stack tight" aria-labelledby="sources-heading">
          <div className="row spread">
            <h2 id="sources-heading">Your tables</h2>
            <span className="muted small">{counted(tables.data.total_count, "table")}</span>
          </div>
          <SourcesTable sources={tables.data.sources} jobs={bySource} />
        </section>
      )}
      {runs.data !== undefined && (
        <JobsTable
          jobs={runs.data.jobs}
          tables={new Set(tables.data?.sources.map((source) => source.source_id))}
        />
      )}
      {runs.error !== null && runs.data === undefined && error === null && (
        <ErrorState error={runs.error} onRetry={() => void runs.refetch()} />
      )}
    </>
  );
}

function groupBySource(all: JobSummary[]): Map<string, JobSummary[]> {
  const groups = new Map<string, JobSummary[]>();
  for (const job of all) groups.set(job.source_id, [...(groups.get(job.source_id) ?? []), job]);
  return groups;
}
