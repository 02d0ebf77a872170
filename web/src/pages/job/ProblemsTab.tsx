import { useMutation, useQuery } from "@tanstack/react-query";
import { api } from "../../api/client";
import { explain, sentence } from "../../api/problem";
import type { Job } from "../../api/types";
import { counted } from "../../lib/format";
import { Badge, Button } from "../../ui/controls";
import { EmptyState, ErrorState, Skeleton } from "../../ui/states";
import { useToasts } from "../../ui/Toasts";
import { type Cause, causes as readCauses, isOfFile, remedy, SAMPLE } from "./problems";

const KIND = {
  row: "Failed rows",
  error: "Errors",
  blocked: "Blocked",
  conflict: "Conflicts",
} as const;

/** The issues of a job by cause, each with a remedy. */
export function ProblemsTab({
  job,
  status,
  onAgain,
  onShow,
}: {
  job: Job;
  status: string;
  onAgain: () => void;
  onShow: (cause: Cause) => void;
}) {
  const names = job.columns.map((column) => column.name);
  const found = useQuery({
    queryKey: ["jobs", job.job_id, "causes", status],
    queryFn: () => readCauses(job.job_id, names),
  });
  const toasts = useToasts();
  const again = useMutation({
    mutationFn: (cause: Cause) =>
      api.post("/api/v1/jobs/{job_id}/retry", {
        path: { job_id: job.job_id },
        body: { rows: cause.rows, ...(cause.column === null ? {} : { columns: [cause.column] }) },
      }),
    onSuccess: ({ rows }) => {
      toasts.say(`Retrying ${counted(rows, "row")}.`);
      onAgain();
    },
    onError: (error) => toasts.say(explain(error)),
  });
  if (found.error !== null)
    return <ErrorState error={found.error} onRetry={() => void found.refetch()} />;
  if (found.data === undefined) return <Skeleton lines={4} height={36} />;
  if (found.data.length === 0)
    return (
      <EmptyState icon="check" title="No issues">
        <p>No rows failed, and no cells are blocked, in conflict or in error.</p>
      </EmptyState>
    );
  return (
    <ul className="stack tight">
      {found.data.map((cause) => (
        <li key={`${cause.what}/${cause.column ?? ""}/${cause.reason}`} className="card cause">
          <div className="grow">
            <p className="row">
              <Badge
                tone={cause.what === "conflict" || cause.what === "blocked" ? "fair" : "bad"}
                icon="warn"
              >
                {KIND[cause.what]}
              </Badge>
              {cause.column !== null && <strong>{cause.column}</strong>}
              <span className="muted small">
                {counted(cause.rows.length, "row")}
                {cause.rows.length >= SAMPLE && " or more"}
              </span>
            </p>
            <p>{sentence(cause.reason)}</p>
            {cause.example !== null && <p className="muted small">For example: {cause.example}.</p>}
            <p className="muted small">{remedy(cause)}</p>
          </div>
          <div className="row cause-acts">
            <Button small onClick={() => onShow(cause)}>
              Show
            </Button>
            {!isOfFile(cause) && (
              <Button
                small
                icon="refresh"
                disabled={status === "RUNNING"}
                busy={again.isPending && again.variables === cause}
                onClick={() => again.mutate(cause)}
              >
                Try again
              </Button>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}
