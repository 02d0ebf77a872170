// Uploads a file: requests an address, then sends the file there.
import { api } from "./client";
import { Problem, problemOf } from "./problem";
import type { StartBody } from "./types";

const TYPES: Record<string, string> = {
  csv: "text/csv",
  tsv: "text/tab-separated-values",
  json: "application/json",
  jsonl: "application/x-ndjson",
  ndjson: "application/x-ndjson",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  parquet: "application/vnd.apache.parquet",
};

export const ACCEPT = Object.keys(TYPES)
  .map((ending) => `.${ending}`)
  .join(",");

/** The content type for a file, by its extension: browsers disagree on types. */
export function contentType(name: string): string | null {
  const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase();
  return ending === undefined ? null : (TYPES[ending] ?? null);
}

export interface Uploaded {
  jobId: string;
  sourceId: string;
}

/** The upload address as this page reaches it: behind a proxy the page may use another scheme. */
export function reachable(url: string, page: URL): string {
  const promised = new URL(url, page);
  return promised.host === page.host ? promised.pathname + promised.search : url;
}

export async function upload(
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<Uploaded> {
  const type = contentType(file.name);
  if (type === null) {
    const message = `“${file.name}” is not a supported kind of table: choose a CSV, TSV, Excel (.xlsx), JSON, JSON Lines or Parquet file`;
    throw new Problem({ code: "unknown_content_type", message }, 415);
  }
  if (file.size === 0)
    throw new Problem({ code: "file_empty", message: `“${file.name}” is empty` }, 400);
  const promised = await api.post("/api/v1/enrichment-signed-url", {
    body: { contentType: type, length: file.size, name: file.name },
    signal,
  });
  await put(reachable(promised.url, new URL(location.href)), file, type, onProgress, signal);
  await takeIn(promised, signal);
  return { jobId: promised.jobId, sourceId: promised.sourceId };
}

/**
 * Makes the server load the file of a job that is not started, so that its rows can be shown: it
 * loads the file for an estimate, and reports there what is wrong with it.
 */
export async function takeIn({ jobId, sourceId }: Uploaded, signal?: AbortSignal): Promise<void> {
  const { key_columns, candidates } = await api.post("/api/v1/select-key", {
    body: { job_id: jobId, by: "data" },
    signal,
  });
  const headers = candidates.map((candidate) => candidate.column);
  let name = "value";
  while (headers.includes(name)) name += "_";
  const body: StartBody = {
    key_columns: key_columns.length > 0 ? key_columns : headers.slice(0, 1),
    columns_metadata: [{ name, type: "string" }],
  };
  try {
    await api.post("/api/v1/jobs/{job_id}/estimate", { path: { job_id: jobId }, body, signal });
  } catch (error) {
    // Loading a large table can outlast the request timeout; the server continues to load it.
    if (!(error instanceof Problem) || error.code !== "request_timeout") throw error;
    await ready(sourceId, signal);
  }
}

const LOOK_EVERY_MS = 1500;

/** Waits until all rows of a table are loaded. */
async function ready(sourceId: string, signal?: AbortSignal): Promise<void> {
  for (;;) {
    const source = await api.get("/api/v1/sources/{source_id}", {
      path: { source_id: sourceId },
      signal,
    });
    if (source.ready) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/**
 * Why a file could not be sent: browsers do not reveal whether a bucket was unreachable or refused
 * this page's origin.
 */
export function unsent(url: string, page = location.href): Problem {
  const { host } = new URL(url, page);
  if (host === new URL(page).host) return Problem.offline();
  const message = `the file could not be sent to ${host}, where this server stores files; check that you are online and that the bucket's CORS rules allow PUT requests from ${new URL(page).origin}`;
  return new Problem({ code: "bucket_unreachable", message }, 0);
}

/** Sends the file with `XMLHttpRequest`, because `fetch` does not report upload progress. */
function put(
  url: string,
  file: File,
  type: string,
  onProgress: (share: number) => void,
  signal: AbortSignal,
) {
  return new Promise<void>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    request.setRequestHeader("content-type", type);
    request.upload.onprogress = (event) =>
      onProgress(event.total === 0 ? 1 : event.loaded / event.total);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve();
      else
        reject(
          problemOf(
            request.status,
            request.responseText,
            request.getResponseHeader("x-request-id"),
          ),
        );
    };
    request.onerror = () => reject(unsent(url));
    request.onabort = () => reject(new DOMException("cancelled", "AbortError"));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}
