// The app's queries to the server, by key.
import { queryOptions } from "@tanstack/react-query";
import { api } from "./client";

/** The API returns at most this many items at a time. */
export const LIST = 1000;

export const me = () =>
  queryOptions({
    queryKey: ["me"],
    queryFn: ({ signal }) => api.get("/api/v1/me", { signal }),
    staleTime: 60_000,
  });

export const providers = () =>
  queryOptions({
    queryKey: ["providers"],
    queryFn: ({ signal }) => api.get("/api/v1/me/providers", { signal }),
    staleTime: 30_000,
  });

export const sources = () =>
  queryOptions({
    queryKey: ["sources"],
    queryFn: ({ signal }) => api.get("/api/v1/sources", { query: { limit: LIST }, signal }),
  });

export const source = (id: string) =>
  queryOptions({
    queryKey: ["sources", id],
    queryFn: ({ signal }) =>
      api.get("/api/v1/sources/{source_id}", { path: { source_id: id }, signal }),
  });

export const jobs = () =>
  queryOptions({
    queryKey: ["jobs"],
    queryFn: ({ signal }) => api.get("/api/v1/jobs", { query: { limit: LIST }, signal }),
    // Lists have no event stream, so they are polled, more often while a job runs.
    refetchInterval: (query) =>
      query.state.data?.jobs.some((job) => job.status === "RUNNING") === true ? 2_000 : 15_000,
  });

/** The jobs over one table, newest first. */
export const jobsOf = (sourceId: string) =>
  queryOptions({
    queryKey: ["jobs", "of", sourceId],
    queryFn: ({ signal }) =>
      api.get("/api/v1/jobs", { query: { source_id: sourceId, limit: LIST }, signal }),
    refetchInterval: (query) =>
      query.state.data?.jobs.some((job) => job.status === "RUNNING") === true ? 2_000 : 15_000,
  });

export const job = (id: string) =>
  queryOptions({
    queryKey: ["jobs", id],
    queryFn: ({ signal }) => api.get("/api/v1/jobs/{job_id}", { path: { job_id: id }, signal }),
  });

export const keyOf = (sourceId: string) =>
  queryOptions({
    queryKey: ["key", sourceId],
    queryFn: ({ signal }) =>
      api.post("/api/v1/select-key", { body: { source_id: sourceId }, signal }),
    staleTime: Infinity,
  });

export const templates = () =>
  queryOptions({
    queryKey: ["templates"],
    queryFn: ({ signal }) => api.get("/api/v1/templates", { signal }),
  });

export const cell = (jobId: string, row: number, column: string) =>
  queryOptions({
    queryKey: ["cell", jobId, row, column],
    queryFn: ({ signal }) =>
      api.get("/api/v1/jobs/{job_id}/rows/{row}/cells/{column}", {
        path: { job_id: jobId, row, column },
        signal,
      }),
  });

export const jobUsage = (id: string) =>
  queryOptions({
    queryKey: ["jobs", id, "usage"],
    queryFn: ({ signal }) =>
      api.get("/api/v1/jobs/{job_id}/usage", { path: { job_id: id }, signal }),
  });

/** Counted by the server over all rows; slow for millions of cells, so it is polled rarely. */
export const report = (id: string) =>
  queryOptions({
    queryKey: ["jobs", id, "report"],
    queryFn: ({ signal }) =>
      api.get("/api/v1/jobs/{job_id}/report", { path: { job_id: id }, signal }),
    refetchInterval: (query) => (query.state.data?.status === "RUNNING" ? 15_000 : false),
  });

export const usage = () =>
  queryOptions({
    queryKey: ["usage"],
    queryFn: ({ signal }) => api.get("/api/v1/usage", { signal }),
  });

export const apiKeys = () =>
  queryOptions({
    queryKey: ["api-keys"],
    queryFn: ({ signal }) => api.get("/api/v1/api-keys", { signal }),
  });

export const webhooks = () =>
  queryOptions({
    queryKey: ["webhooks"],
    queryFn: ({ signal }) => api.get("/api/v1/webhooks", { signal }),
  });

export const deliveries = (id: string) =>
  queryOptions({
    queryKey: ["webhooks", id, "deliveries"],
    queryFn: ({ signal }) =>
      api.get("/api/v1/webhooks/{webhook_id}/deliveries", {
        path: { webhook_id: id },
        query: { limit: 20 },
        signal,
      }),
  });

export const ready = () =>
  queryOptions({
    queryKey: ["ready"],
    queryFn: async ({ signal }) => {
      const response = await fetch("/readyz", { signal });
      return (await response.json()) as {
        status: string;
        checks?: { database: string; engine: string } | null;
      };
    },
    refetchInterval: 15_000,
  });
