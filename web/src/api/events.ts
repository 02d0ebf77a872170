// Follows a job: goes on where it broke off, waits longer after each failure, ends with the job.
import { EventParser, type ServerEvent } from "../lib/sse";
import { address, send, withToken } from "./client";
import { Problem } from "./problem";

export interface ProgressEvent {
  status: string;
  total_rows: number;
  rows_by_stage: Record<string, number>;
  cells_found: number;
  cost_usd: number;
}

export interface Following {
  onRow: (index: number, stage: string) => void;
  onProgress: (progress: ProgressEvent) => void;
  onEnd: () => void;
  /** Whether the stream stands; false while the page tries to come back. */
  onConnected: (connected: boolean) => void;
}

const LONGEST_WAIT_MS = 15_000;

/** Milliseconds before the next try: doubled each time, up to a bound, with some chance in it. */
export function wait(failures: number, chance: number): number {
  return Math.min(LONGEST_WAIT_MS, 500 * 2 ** failures) * (0.75 + chance / 2);
}

/** Tells what comes after this event: the page shows what came before it already. */
export function follow(jobId: string, after: string, following: Following): () => void {
  const stop = new AbortController();
  void run(jobId, after, following, stop.signal);
  return () => stop.abort();
}

async function run(
  jobId: string,
  after: string,
  following: Following,
  signal: AbortSignal,
): Promise<void> {
  let last = after;
  let failures = 0;
  const told = (event: ServerEvent): boolean => {
    last = event.id ?? last;
    failures = 0;
    return tell(event, following);
  };
  while (!signal.aborted) {
    try {
      if (await once(jobId, last, following, told, signal)) return;
    } catch (error) {
      // Nothing changes about these by asking again.
      if (error instanceof Problem && [400, 401, 403, 404].includes(error.status)) return;
    }
    following.onConnected(false);
    await pause(wait(failures, Math.random()), signal);
    failures += 1;
  }
}

async function once(
  jobId: string,
  last: string,
  following: Following,
  told: (event: ServerEvent) => boolean,
  signal: AbortSignal,
): Promise<boolean> {
  const headers = withToken({ accept: "text/event-stream", "last-event-id": last });
  const response = await send(address("/api/v1/jobs/{job_id}/events", { job_id: jobId }), {
    headers,
    signal,
  });
  if (response.body === null) return false;
  following.onConnected(true);
  const parser = new EventParser();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return false;
    if (parser.push(value).some(told)) return true;
  }
}

/** Whether that was the end. */
function tell(event: ServerEvent, following: Following): boolean {
  if (event.name === "row") {
    const row = JSON.parse(event.data) as { index: number; stage: string };
    following.onRow(row.index, row.stage);
  } else if (event.name === "progress" || event.name === "end") {
    following.onProgress(JSON.parse(event.data) as ProgressEvent);
    if (event.name === "end") following.onEnd();
  }
  return event.name === "end";
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
