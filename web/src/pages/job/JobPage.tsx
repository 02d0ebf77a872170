import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { job as jobQuery, source as sourceQuery } from "../../api/queries";
import type { Job, Source } from "../../api/types";
import { Link } from "../../app/router";
import { usePins } from "../../grid/pins";
import { PinMenu } from "../../grid/PinMenu";
import { counted } from "../../lib/format";
import { Callout, ErrorState, Skeleton } from "../../ui/states";
import { StatusBadge } from "../../ui/StatusBadge";
import { Tabs } from "../../ui/Tabs";
import { EvidencePanel } from "./EvidencePanel";
import { JobActions } from "./JobActions";
import { columnsOf, JobGrid } from "./JobGrid";
import { ProblemsTab } from "./ProblemsTab";
import { ProgressPanel } from "./ProgressPanel";
import { RunsTab } from "./RunsTab";
import type { RowSource } from "./rowSource";
import { NotStarted } from "./NotStarted";
import { useLive } from "./useLive";
import { ViewBar } from "./ViewBar";
import { ALL, isWhole, type View } from "./view";
import "./job.css";

/** The cell whose evidence is shown. */
export interface Chosen {
  row: number;
  column: string;
  edit: boolean;
}

export function JobPage({ id }: { id: string }) {
  const job = useQuery(jobQuery(id));
  const started = job.data !== undefined && job.data.columns.length > 0;
  const source = useQuery({ ...sourceQuery(job.data?.source_id ?? ""), enabled: started });
  const error =
    job.data === undefined ? job.error : source.data === undefined ? source.error : null;
  if (error !== null) return <ErrorState whole error={error} onRetry={() => void job.refetch()} />;
  if (job.data !== undefined && !started) return <NotStarted job={job.data} />;
  if (job.data === undefined || source.data === undefined)
    return <Skeleton lines={8} height={28} />;
  return <Started job={job.data} source={source.data} />;
}

function Started({ job, source }: { job: Job; source: Source }) {
  const client = useQueryClient();
  const [view, setView] = useState<View>({ ...ALL, column: job.columns[0]?.name ?? null });
  const [count, setCount] = useState<number | null>(null);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [tab, setTab] = useState("cells");
  const [pins, pin] = usePins(source.source_id);
  const rows = useRef<RowSource | null>(null);
  const onRow = useCallback((index: number) => rows.current?.changed(index), []);
  const onMoved = useCallback(() => rows.current?.refresh(), []);
  const live = useLive(job, onRow, onMoved);
  const changed = useCallback(() => {
    rows.current?.refresh();
    void client.invalidateQueries({ queryKey: ["jobs"] });
    void client.invalidateQueries({ queryKey: ["cell", job.job_id] });
  }, [client, job.job_id]);
  // Another window may have changed the job: returning to this one reloads its rows.
  useEffect(() => {
    const back = () => {
      if (document.visibilityState === "visible") rows.current?.refresh();
    };
    document.addEventListener("visibilitychange", back);
    return () => document.removeEventListener("visibilitychange", back);
  }, []);
  const cells = (
    <div className={chosen === null ? "cells" : "cells with-panel"}>
      <div className="stack tight grow">
        <ViewBar
          job={job}
          status={live.status}
          view={view}
          count={count}
          onChange={setView}
          onAgain={changed}
        >
          <PinMenu columns={columnsOf(job, source, pins)} onPin={pin} />
        </ViewBar>
        <JobGrid
          job={job}
          source={source}
          view={view}
          pins={pins}
          holder={rows}
          onChoose={setChosen}
          onSort={setView}
          onCount={setCount}
          onPin={pin}
          isEmpty={count === 0 && !isWhole(view)}
        />
      </div>
      {chosen !== null && (
        <EvidencePanel
          key={`${chosen.row}/${chosen.column}`}
          job={job}
          chosen={chosen}
          onClose={() => setChosen(null)}
          onChanged={() => rows.current?.refresh()}
        />
      )}
    </div>
  );
  return (
    <>
      <Head job={job} source={source} status={live.status} onChanged={changed} />
      {!live.connected && (
        <Callout tone="fair">
          Live updates are interrupted. They resume where they stopped when the server is back.
        </Callout>
      )}
      {job.reason != null && ["PAUSED", "FAILED"].includes(live.status) && (
        <Callout tone="fair">{job.reason}</Callout>
      )}
      <ProgressPanel job={job} pace={live.pace} />
      <Tabs
        label="Run details"
        chosen={tab}
        onChoose={setTab}
        tabs={[
          { id: "cells", label: "Cells", content: cells },
          {
            id: "problems",
            label: "Issues",
            content: (
              <ProblemsTab
                job={job}
                status={live.status}
                onAgain={changed}
                onShow={(cause) => {
                  setView({
                    filter: cause.what === "row" ? "failed" : cause.what,
                    column: cause.column ?? view.column,
                    order: "index",
                  });
                  setTab("cells");
                }}
              />
            ),
          },
          { id: "runs", label: "Runs", content: <RunsTab job={job} /> },
        ]}
      />
    </>
  );
}

function Head({
  job,
  source,
  status,
  onChanged,
}: {
  job: Job;
  source: Source;
  status: string;
  onChanged: () => void;
}) {
  return (
    <div className="page-head">
      <div>
        <p className="crumbs">
          <Link to="/">Tables</Link> /{" "}
          <Link to={`/sources/${source.source_id}`}>{source.name}</Link>
        </p>
        <div className="row">
          <h1>{source.name}</h1>
          <span aria-live="polite">
            <StatusBadge status={status} />
          </span>
        </div>
        <p className="muted">
          {counted(job.columns.length, "column")} for {counted(job.total_rows, "row")}, identified
          by {job.key_columns.join(" and ")}
        </p>
      </div>
      <JobActions job={job} status={status} onChanged={onChanged} />
    </div>
  );
}
