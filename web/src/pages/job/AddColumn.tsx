import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { api } from "../../api/client";
import { explain } from "../../api/problem";
import type { Column, Job } from "../../api/types";
import { go } from "../../app/router";
import { ColumnEditor } from "../../ui/ColumnEditor";
import { Button, Field } from "../../ui/controls";
import { Dialog } from "../../ui/Dialog";
import { Callout } from "../../ui/states";
import { EstimateTable } from "../source/EstimateTable";
import { missing, startBody, typedNames, withColumns } from "../source/plan";

/** Requests more columns for the same table and key, as a run of their own. */
export function AddColumn({ job, onClose }: { job: Job; onClose: () => void }) {
  const client = useQueryClient();
  const [typed, setTyped] = useState("");
  const [columns, setColumns] = useState<Column[]>([]);
  const [budget, setBudget] = useState("");
  const plan = {
    keys: job.key_columns,
    entityType: job.entity_type ?? "",
    columns,
    rowLimit: job.row_limit?.toString() ?? "",
    budget,
  };
  const asked = missing(plan) === null ? startBody(plan, []) : null;
  const estimate = useQuery({
    queryKey: ["estimate", job.source_id, asked],
    queryFn: ({ signal }) =>
      api.post("/api/v1/sources/{source_id}/estimate", {
        path: { source_id: job.source_id },
        body: asked ?? { columns_metadata: [] },
        signal,
      }),
    enabled: asked !== null,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  const suggest = useMutation({
    mutationFn: (names: string[]) =>
      api.post("/api/v1/columns/suggest", { body: { columns: names } }),
    onSuccess: (answer) => {
      setColumns(withColumns(plan, answer.columns).columns);
      setTyped("");
    },
  });
  const start = useMutation({
    mutationFn: () =>
      api.post("/api/v1/sources/{source_id}/enrich", {
        path: { source_id: job.source_id },
        body: startBody(plan, []),
      }),
    onSuccess: async ({ job_id }) => {
      await client.invalidateQueries({ queryKey: ["jobs"] });
      go(`/jobs/${job_id}`);
    },
  });
  const add = (event: SubmitEvent) => {
    event.preventDefault();
    const names = typedNames(typed);
    if (names.length > 0) suggest.mutate(names);
  };
  const error = suggest.error ?? start.error ?? estimate.error;
  return (
    <Dialog title="Add a column" onClose={onClose}>
      <p className="muted">
        New columns use the same key and are filled in by a run of their own over the same table.
      </p>
      <form className="row add-column" onSubmit={add}>
        <div className="grow">
          <Field
            label="Column names"
            value={typed}
            placeholder="for example: height"
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
        <Button type="submit" icon="plus" busy={suggest.isPending}>
          Add
        </Button>
      </form>
      {columns.map((column, at) => (
        <ColumnEditor
          key={at}
          column={column}
          onChange={(next) =>
            setColumns(
              columns.flatMap((old, place) => (place !== at ? [old] : next === null ? [] : [next])),
            )
          }
        />
      ))}
      {columns.length > 0 && (
        <>
          <Field
            label="Budget in US dollars"
            inputMode="decimal"
            placeholder="none"
            value={budget}
            onChange={(event) => setBudget(event.target.value.trim())}
          />
          {estimate.data !== undefined && <EstimateTable estimate={estimate.data} />}
        </>
      )}
      {error !== null && <Callout>{explain(error)}</Callout>}
      <div className="actions">
        <Button onClick={onClose}>Close</Button>
        <Button
          kind="primary"
          icon="play"
          busy={start.isPending}
          disabled={missing(plan) !== null}
          onClick={() => start.mutate()}
        >
          Start
        </Button>
      </div>
    </Dialog>
  );
}
