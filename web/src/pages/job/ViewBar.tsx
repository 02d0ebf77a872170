import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { api } from "../../api/client";
import { explain } from "../../api/problem";
import type { Job } from "../../api/types";
import { counted } from "../../lib/format";
import { Button, Select } from "../../ui/controls";
import { useToasts } from "../../ui/Toasts";
import { FILTERS, indices, isWhole, type View } from "./view";

/** The most rows that one request retries. */
const MOST_AGAIN = 10_000;

/** Filters, order, and a retry of just the rows shown. */
export function ViewBar({
  job,
  status,
  view,
  count,
  onChange,
  onAgain,
  children,
}: {
  job: Job;
  status: string;
  view: View;
  count: number | null;
  onChange: (view: View) => void;
  onAgain: () => void;
  children?: ReactNode;
}) {
  const toasts = useToasts();
  const again = useMutation({
    mutationFn: async () => {
      const rows = await indices(job.job_id, view, MOST_AGAIN);
      const columns =
        view.filter === "failed" || view.column === null ? {} : { columns: [view.column] };
      return api.post("/api/v1/jobs/{job_id}/retry", {
        path: { job_id: job.job_id },
        body: { rows, ...columns },
      });
    },
    onSuccess: ({ rows }) => {
      toasts.say(`Retrying ${counted(rows, "row")}.`);
      onAgain();
    },
    onError: (error) => toasts.say(explain(error)),
  });
  const filtered = view.filter !== "all";
  return (
    <div className="row view-bar">
      <Select
        label="Column"
        labelHidden
        className="small"
        value={view.column ?? ""}
        onChange={(event) => onChange({ ...view, column: event.target.value })}
      >
        {job.columns.map((column) => (
          <option key={column.name} value={column.name}>
            {column.name}
          </option>
        ))}
      </Select>
      <div className="chips" role="group" aria-label="Filter cells">
        {FILTERS.map((filter) => (
          <button
            type="button"
            key={filter.id}
            className="chip"
            aria-pressed={view.filter === filter.id}
            onClick={() => onChange({ ...view, filter: filter.id, order: "index" })}
          >
            {filter.label}
          </button>
        ))}
      </div>
      <Select
        label="Order"
        labelHidden
        className="small"
        value={view.order}
        onChange={(event) =>
          onChange({ ...view, filter: "all", order: event.target.value as View["order"] })
        }
      >
        <option value="index">Table order</option>
        <option value="confidence">Lowest confidence first</option>
        <option value="-confidence">Highest confidence first</option>
      </Select>
      <span className="muted small" aria-live="polite">
        {!isWhole(view) && count !== null ? counted(count, "row") : ""}
      </span>
      {children}
      {filtered && (
        <Button
          small
          icon="refresh"
          busy={again.isPending}
          disabled={count === 0 || status === "RUNNING"}
          title={status === "RUNNING" ? "Available when the run is paused or finished" : undefined}
          onClick={() => again.mutate()}
        >
          Try these again
        </Button>
      )}
    </div>
  );
}
