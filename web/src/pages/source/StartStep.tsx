import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { api } from "../../api/client";
import { explain } from "../../api/problem";
import type { Source } from "../../api/types";
import { go } from "../../app/router";
import { unique } from "../../lib/unique";
import { Button, Field } from "../../ui/controls";
import { Callout } from "../../ui/states";
import { EstimateTable } from "./EstimateTable";
import { missing, type Plan, startBody } from "./plan";

/** The estimate, the budget, and the button that starts the run. */
export function StartStep({
  source,
  plan,
  onChange,
  pendingJob,
}: {
  source: Source;
  plan: Plan;
  onChange: (plan: Plan) => void;
  /** The job that the upload created, until it is started. */
  pendingJob: string | null;
}) {
  const client = useQueryClient();
  const why = missing(plan);
  const body = useDeferredValue(why === null ? startBody(plan, source.columns) : null);
  // The idempotency key of the start: a repeated click or request starts only one job.
  const [once, setOnce] = useState(unique);
  const estimate = useQuery({
    queryKey: ["estimate", pendingJob, source.source_id, body],
    queryFn: ({ signal }) => {
      const asked = body ?? { columns_metadata: [] };
      return pendingJob === null
        ? api.post("/api/v1/sources/{source_id}/estimate", {
            path: { source_id: source.source_id },
            body: asked,
            signal,
          })
        : api.post("/api/v1/jobs/{job_id}/estimate", {
            path: { job_id: pendingJob },
            body: asked,
            signal,
          });
    },
    enabled: body !== null,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  const start = useMutation({
    mutationFn: () => {
      const asked = startBody(plan, source.columns);
      return pendingJob === null
        ? api.post("/api/v1/sources/{source_id}/enrich", {
            path: { source_id: source.source_id },
            body: asked,
            once,
          })
        : api.post("/api/v1/jobs/{job_id}/start", {
            path: { job_id: pendingJob },
            body: asked,
            once,
          });
    },
    onSuccess: async ({ job_id }) => {
      await Promise.all([
        client.invalidateQueries({ queryKey: ["jobs"] }),
        client.invalidateQueries({ queryKey: ["sources"] }),
      ]);
      go(`/jobs/${job_id}`);
    },
    onSettled: () => setOnce(unique()),
  });
  const wrong = start.error ?? (why === null ? estimate.error : null);
  return (
    <section className="card stack step" aria-labelledby="step-start">
      <h2 id="step-start">
        <span className="step-number" aria-hidden="true">
          3
        </span>
        Estimate and start
      </h2>
      <div className="row two">
        <Field
          label="Maximum rows"
          inputMode="numeric"
          placeholder="all"
          value={plan.rowLimit}
          onChange={(event) => onChange({ ...plan, rowLimit: event.target.value.trim() })}
        />
        <Field
          label="Budget in US dollars"
          inputMode="decimal"
          placeholder="none"
          value={plan.budget}
          onChange={(event) => onChange({ ...plan, budget: event.target.value.trim() })}
        />
      </div>
      {why === null && estimate.data !== undefined && <EstimateTable estimate={estimate.data} />}
      {wrong !== null && <Callout>{explain(wrong)}</Callout>}
      <Button
        kind="primary"
        icon="play"
        busy={start.isPending}
        disabled={why !== null}
        onClick={() => start.mutate()}
      >
        Start
      </Button>
      {why !== null && (
        <p className="muted small" role="status">
          {why}
        </p>
      )}
    </section>
  );
}
