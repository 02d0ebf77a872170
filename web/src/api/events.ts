// Follows a job: resumes where the stream broke, backs off after failures, stops when the job ends.
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
  /** Whether the stream is connected; false while it reconnects. */
  onConnected: (connected: boolean) => void;
}

const LONGEST_WAIT_MS = 15_000;

/** Milliseconds before the next attempt: exponential backoff with a cap and jitter. */
export function wait(failures: number, chance: number): number {
  return Math.min(LONGEST_WAIT_MS, 500 * 2 ** failures) * (0.75 + chance / 2);
}

/** Reports the events after this one; earlier ones are already shown. */
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
  const handle = (event: ServerEvent): boolean => {
    last = event.id ?? last;
    failures = 0;
    return dispatch(event, following);
  };
  while (!signal.aborted) {
    try {
      if (await readStream(jobId, last, following, handle, signal)) return;
    } catch (error) {
      // A retry cannot change these.
      if (error instanceof Problem && [400, 401, 403, 404].includes(error.status)) return;
    }
    following.onConnected(false);
    await pause(wait(failures, Math.random()), signal);
    failures += 1;
  }
}

async function readStream(
  jobId: string,
  last: string,
  following: Following,
  handle: (event: ServerEvent) => boolean,
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
    if (parser.push(value).some(handle)) return true;
  }
}

/** Passes an event on; returns whether it was the last one. */
function dispatch(event: ServerEvent, following: Following): boolean {
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
