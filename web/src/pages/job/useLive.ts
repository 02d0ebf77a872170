// Follows a running job: events become React state, and changed rows are passed on.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { follow, type ProgressEvent } from "../../api/events";
import { job as jobQuery } from "../../api/queries";
import { isOver, type Job } from "../../api/types";
import { Paced } from "../../lib/paced";

/** A job's progress. */
export interface Pace {
  progress: ProgressEvent;
  /** Rows finished per second, over the last 30 seconds. */
  rate: number;
}

/** State that redraws the whole page changes rarely; counters change often and go to subscribers. */
export interface Live {
  status: string;
  connected: boolean;
  pace: Paced<Pace>;
}

/** Counters that change faster than this cannot be read and would be redrawn constantly. */
const SHOWN_EVERY_MS = 1_000;

const WINDOW_MS = 30_000;

const doneRows = (stages: Record<string, number>): number =>
  (stages["COMPLETED"] ?? 0) + (stages["FAILED"] ?? 0) + (stages["CANCELLED"] ?? 0);

/** Rows per second between the first and the last sample. */
export function rateOf(seen: { at: number; done: number }[]): number {
  const [first, last] = [seen[0], seen.at(-1)];
  if (first === undefined || last === undefined || last.at <= first.at) return 0;
  return Math.max(0, ((last.done - first.done) * 1000) / (last.at - first.at));
}

export function useLive(job: Job, onRow: (index: number) => void, onMoved: () => void): Live {
  const client = useQueryClient();
  const [pace] = useState(
    () => new Paced<Pace>({ progress: fromJob(job), rate: 0 }, SHOWN_EVERY_MS),
  );
  const [status, setStatus] = useState<string>(job.status);
  const [connected, setConnected] = useState(true);
  const latest = useRef({ onRow, onMoved });
  useEffect(() => {
    latest.current = { onRow, onMoved };
  });
  const followed = useRef(false);
  const over = isOver(job.status);
  // A retried job runs again: its status changes, and the stream is reopened.
  useEffect(() => {
    if (over) {
      const progress = fromJob(client.getQueryData(jobQuery(job.job_id).queryKey) ?? job);
      pace.putNow({ progress, rate: 0 });
      setStatus(progress.status);
      setConnected(true);
      return;
    }
    let before = "";
    let seen: { at: number; done: number }[] = [];
    // The rows shown may be older than the event from which the stream resumes.
    if (followed.current) latest.current.onMoved();
    followed.current = true;
    const leave = follow(job.job_id, job.last_event, {
      onRow: (index) => latest.current.onRow(index),
      onProgress: (progress) => {
        const now = Date.now();
        seen = [
          ...seen.filter((moment) => now - moment.at < WINDOW_MS),
          { at: now, done: doneRows(progress.rows_by_stage) },
        ];
        const update = { progress, rate: progress.status === "RUNNING" ? rateOf(seen) : 0 };
        if (before === progress.status) {
          pace.put(update);
          return;
        }
        pace.putNow(update);
        setStatus(progress.status);
        if (before !== "") void client.invalidateQueries({ queryKey: ["jobs"] });
        before = progress.status;
      },
      onEnd: () => {
        latest.current.onMoved();
        void client.invalidateQueries({ queryKey: ["jobs"] });
      },
      onConnected: (isConnected) => {
        setConnected(isConnected);
        // The stream replays only row events, so everything else is loaded again.
        if (isConnected) void client.invalidateQueries({ queryKey: jobQuery(job.job_id).queryKey });
      },
    });
    return () => {
      leave();
      pace.stop();
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- reopened only when the job is another one, ends, or runs again
  }, [job.job_id, over, client]);
  return { status, connected, pace };
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
