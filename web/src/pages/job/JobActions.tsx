import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client";
import { explain } from "../../api/problem";
import { isOver, type Job } from "../../api/types";
import { Link } from "../../app/router";
import { Button } from "../../ui/controls";
import { Dialog } from "../../ui/Dialog";
import { Icon } from "../../ui/icons";
import { useToasts } from "../../ui/Toasts";
import { AddColumn } from "./AddColumn";
import { BudgetDialog } from "./BudgetDialog";
import { ExportMenu } from "./ExportMenu";

type Window = "cancel" | "column" | "budget" | null;

export function JobActions({
  job,
  status,
  onChanged,
}: {
  job: Job;
  status: string;
  onChanged: () => void;
}) {
  const [open, setOpen] = useState<Window>(null);
  const toasts = useToasts();
  const path = { job_id: job.job_id };
  const changeStatus = useMutation({
    mutationFn: (how: "pause" | "resume" | "cancel") =>
      how === "pause"
        ? api.post("/api/v1/jobs/{job_id}/pause", { path })
        : how === "resume"
          ? api.post("/api/v1/jobs/{job_id}/resume", { path })
          : api.post("/api/v1/jobs/{job_id}/cancel", { path }),
    onError: (error) => toasts.say(explain(error)),
    onSettled: onChanged,
  });
  const close = () => setOpen(null);
  return (
    <div className="row">
      {status === "RUNNING" && (
        <Button
          icon="pause"
          busy={changeStatus.isPending}
          onClick={() => changeStatus.mutate("pause")}
        >
          Pause
        </Button>
      )}
      {status === "PAUSED" && (
        <Button
          kind="primary"
          icon="play"
          busy={changeStatus.isPending}
          onClick={() => changeStatus.mutate("resume")}
        >
          Resume
        </Button>
      )}
      {!isOver(status) && (
        <Button icon="stop" onClick={() => setOpen("cancel")}>
          Cancel
        </Button>
      )}
      {!isOver(status) && <Button onClick={() => setOpen("budget")}>Budget</Button>}
      <Button icon="plus" onClick={() => setOpen("column")}>
        Add a column
      </Button>
      <Link className="button" to={`/jobs/${job.job_id}/report`}>
        <Icon name="chart" size={17} />
        Report
      </Link>
      <ExportMenu jobId={job.job_id} />
      {open === "cancel" && (
        <Dialog title="Cancel this run?" onClose={close}>
          <p>
            Unfinished rows are stopped. Everything found so far is kept, and you can export it.
          </p>
          <div className="actions">
            <Button onClick={close}>Keep running</Button>
            <Button
              kind="danger"
              icon="stop"
              onClick={() => {
                changeStatus.mutate("cancel");
                close();
              }}
            >
              Cancel the run
            </Button>
          </div>
        </Dialog>
      )}
      {open === "column" && <AddColumn job={job} onClose={close} />}
      {open === "budget" && <BudgetDialog job={job} onClose={close} onChanged={onChanged} />}
    </div>
  );
}
