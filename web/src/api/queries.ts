import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "./problem";

/** Faults that pass by themselves are tried again; what the server refuses is not. */
function isPassing(error: unknown): boolean {
  return !(error instanceof ApiError) || error.status === 429 || error.status >= 500;
}

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (failures, error) => isPassing(error) && failures < 4,
      retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 8000),
      staleTime: 5000,
      // The server is often on this machine, which a browser without a network can reach.
      networkMode: "always",
    },
    mutations: { retry: false, networkMode: "always" },
  },
});

/** Names of what is kept, so that one change can void what it touches. */
export const keys = {
  me: ["me"] as const,
  sources: ["sources"] as const,
  source: (id: string) => ["sources", id] as const,
  jobs: ["jobs"] as const,
  jobsOf: (source: string) => ["jobs", "of", source] as const,
  job: (id: string) => ["jobs", id] as const,
  cell: (job: string, row: number, column: string) => ["jobs", job, "cells", row, column] as const,
  cells: (job: string) => ["jobs", job, "cells"] as const,
  templates: ["templates"] as const,
  apiKeys: ["api-keys"] as const,
  webhooks: ["webhooks"] as const,
  usage: ["usage"] as const,
};
