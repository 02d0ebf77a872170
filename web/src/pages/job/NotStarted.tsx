import { useMutation, useQueryClient } from "@tanstack/react-query";
import { explain } from "../../api/problem";
import { takeIn } from "../../api/upload";
import type { Job } from "../../api/types";
import { go, Link } from "../../app/router";
import { Button } from "../../ui/controls";
import { Callout } from "../../ui/states";
import { StatusBadge } from "../../ui/StatusBadge";

/** A job without columns: not started yet, or ended before its start. */
export function NotStarted({ job }: { job: Job }) {
  const client = useQueryClient();
  const open = useMutation({
    mutationFn: () => takeIn({ jobId: job.job_id, sourceId: job.source_id }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["sources"] });
      go(`/sources/${job.source_id}`);
    },
  });
  return (
    <div className="stack">
      <p className="crumbs">
        <Link to="/">Tables</Link>
      </p>
      <div className="row">
        <h1>Run not started</h1>
        <StatusBadge status={job.status} />
      </div>
      {job.status === "PENDING" ? (
        <>
          <p>Open the table to check its rows and choose columns.</p>
          <div>
            <Button kind="primary" icon="table" busy={open.isPending} onClick={() => open.mutate()}>
              Open the table
            </Button>
          </div>
        </>
      ) : (
        <Callout>{job.reason ?? "This run ended before it was started."}</Callout>
      )}
      {open.error !== null && <Callout>{explain(open.error)}</Callout>}
    </div>
  );
}
