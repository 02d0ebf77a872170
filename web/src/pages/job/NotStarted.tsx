import { useMutation, useQueryClient } from "@tanstack/react-query";
import { explain } from "../../api/problem";
import { takeIn } from "../../api/upload";
import type { Job } from "../../api/types";
import { go, Link } from "../../app/router";
import { Button } from "../../ui/controls";
import { Callout } from "../../ui/states";
import { StatusBadge } from "../../ui/StatusBadge";

/** A job that has asked for nothing yet, or never will. */
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
        <h1>Run without a start</h1>
        <StatusBadge status={job.status} />
      </div>
      {job.status === "PENDING" ? (
        <>
          <p>Its file is to be looked at, and its columns are to be chosen.</p>
          <div>
            <Button kind="primary" icon="table" busy={open.isPending} onClick={() => open.mutate()}>
              Open the table
            </Button>
          </div>
        </>
      ) : (
        <Callout>{job.reason ?? "It was given up before it was started."}</Callout>
      )}
      {open.error !== null && <Callout>{explain(open.error)}</Callout>}
    </div>
  );
}
