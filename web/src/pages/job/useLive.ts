// A job as it moves: events become the page's own state, and rows that moved are told on.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { follow, type ProgressEvent } from "../../api/events";
import { job as jobQuery } from "../../api/queries";
import { isOver, type Job } from "../../api/types";

export interface Live {
  progress: ProgressEvent;
  connected: boolean;
  /** Rows that came to their end per second, over the last half minute. */
  rate: number;
}

const WINDOW_MS = 30_000;

const doneRows = (stages: Record<string, number>): number =>
  (stages["COMPLETED"] ?? 0) + (stages["FAILED"] ?? 0) + (stages["CANCELLED"] ?? 0);

/** Rows per second between the first and the last of what was seen. */
export function rateOf(seen: { at: number; done: number }[]): number {
  const [first, last] = [seen[0], seen.at(-1)];
  if (first === undefined || last === undefined || last.at <= first.at) return 0;
  return Math.max(0, ((last.done - first.done) * 1000) / (last.at - first.at));
}

export function useLive(job: Job, onRow: (index: number) => void, onMoved: () => void): Live {
  const client = useQueryClient();
  const [live, setLive] = useState<Live>(() => ({ progress: fromJob(job), connected: true, rate: 0 }));
  const told = useRef({ onRow, onMoved });
  useEffect(() => { told.current = { onRow, onMoved }; });
  const followed = useRef(false);
  const over = isOver(job.status);
  // A job that is tried again lives again: its status says so, and the stream is opened anew.
  useEffect(() => {
    if (over) {
      setLive({ progress: fromJob(client.getQueryData(jobQuery(job.job_id).queryKey) ?? job), connected: true, rate: 0 });
      return;
    }
    let status = "";
    let seen: { at: number; done: number }[] = [];
    // Rows that are shown may be older than the job that says where to go on.
    if (followed.current) told.current.onMoved();
    followed.current = true;
    return follow(job.job_id, job.last_event, {
      onRow: (index) => told.current.onRow(index),
      onProgress: (progress) => {
        const now = Date.now();
        seen = [...seen.filter((moment) => now - moment.at < WINDOW_MS), { at: now, done: doneRows(progress.rows_by_stage) }];
        setLive({ progress, connected: true, rate: progress.status === "RUNNING" ? rateOf(seen) : 0 });
        if (status !== "" && status !== progress.status) void client.invalidateQueries({ queryKey: ["jobs"] });
        status = progress.status;
      },
      onEnd: () => {
        told.current.onMoved();
        void client.invalidateQueries({ queryKey: ["jobs"] });
      },
      onConnected: (connected) => {
        setLive((before) => ({ ...before, connected }));
        // What happened meanwhile is not in the stream, unless it is about rows.
        if (connected) void client.invalidateQueries({ queryKey: jobQuery(job.job_id).queryKey });
      },
    });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- anew only where the job is another, ends, or lives again
  }, [job.job_id, over, client]);
  return live;
}

function fromJob(job: Job): ProgressEvent {
  return {
    status: job.status,
    total_rows: job.total_rows,
    rows_by_stage: job.rows_by_stage,
    cells_found: job.cells_found,
    cost_usd: job.budget.spent_usd,
  };
}
