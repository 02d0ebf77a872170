import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { jobsOf, keyOf, source as sourceQuery } from "../../api/queries";
import { explain } from "../../api/problem";
import type { JobSummary, KeyAnswer, Source } from "../../api/types";
import { Link } from "../../app/router";
import { ago, counted } from "../../lib/format";
import { Callout, ErrorState, Skeleton } from "../../ui/states";
import { StatusBadge } from "../../ui/StatusBadge";
import { ColumnsStep } from "./ColumnsStep";
import { KeyStep } from "./KeyStep";
import type { Plan } from "./plan";
import { SourceGrid } from "./SourceGrid";
import { StartStep } from "./StartStep";
import "./source.css";

export function SourcePage({ id }: { id: string }) {
  const source = useQuery(sourceQuery(id));
  const key = useQuery({ ...keyOf(id), enabled: source.data?.ready === true });
  const runs = useQuery(jobsOf(id));
  if (source.data === undefined) {
    return source.error === null ? (
      <Skeleton lines={8} height={28} />
    ) : (
      <ErrorState whole error={source.error} onRetry={() => void source.refetch()} />
    );
  }
  const own = runs.data?.jobs ?? [];
  return (
    <>
      <div className="page-head">
        <div>
          <p className="crumbs">
            <Link to="/">Tables</Link>
          </p>
          <h1>{source.data.name}</h1>
          <p className="muted">
            {counted(source.data.total_rows, "row")},{" "}
            {counted(source.data.columns.length, "column")}
          </p>
        </div>
      </div>
      {source.data.ready ? null : <Unusable />}
      {key.error !== null && <Callout>No key could be proposed: {explain(key.error)}</Callout>}
      {source.data.ready &&
        (key.data !== undefined || key.error !== null) &&
        runs.data !== undefined && (
          <Enrichment
            source={source.data}
            proposed={key.data ?? { key_columns: [], by: "data", candidates: [] }}
            runs={own}
          />
        )}
      {source.data.ready && key.isPending && <Skeleton lines={6} height={28} />}
    </>
  );
}

function Unusable() {
  return (
    <Callout tone="fair">
      The rows of this file are not available: it could not be used, or its upload is incomplete.
      Upload it again under <Link to="/">Tables</Link>, where any error is shown.
    </Callout>
  );
}

function Enrichment({
  source,
  proposed,
  runs,
}: {
  source: Source;
  proposed: KeyAnswer;
  runs: JobSummary[];
}) {
  const [plan, setPlan] = useState<Plan>({
    keys: proposed.key_columns,
    entityType: "",
    columns: [],
    rowLimit: "",
    budget: "",
  });
  const started = runs.filter((run) => run.status !== "PENDING");
  const pending = runs.find((run) => run.status === "PENDING")?.job_id ?? null;
  return (
    <div className="source-layout">
      <section className="stack tight grow" aria-label="Table">
        <SourceGrid source={source} keys={plan.keys} />
        {started.length > 0 && <History runs={started} />}
      </section>
      <aside className="steps" aria-label="Set up a run">
        <KeyStep source={source} proposed={proposed} plan={plan} onChange={setPlan} />
        <ColumnsStep source={source} plan={plan} onChange={setPlan} />
        <StartStep source={source} plan={plan} onChange={setPlan} pendingJob={pending} />
      </aside>
    </div>
  );
}

function History({ runs }: { runs: JobSummary[] }) {
  return (
    <section className="card stack tight" aria-labelledby="history">
      <h2 id="history">Runs over this table</h2>
      <ul className="stack tight">
        {runs.map((run) => (
          <li key={run.job_id} className="row">
            <StatusBadge status={run.status} />
            <Link to={`/jobs/${run.job_id}`}>
              {counted(run.total_rows, "row")}, {ago(run.started_at ?? run.created_at)}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
