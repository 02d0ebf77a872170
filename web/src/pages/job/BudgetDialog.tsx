import { useMutation } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { api } from "../../api/client";
import { explain } from "../../api/problem";
import type { Job } from "../../api/types";
import { usd } from "../../lib/format";
import { Button, Field } from "../../ui/controls";
import { Dialog } from "../../ui/Dialog";
import { Callout } from "../../ui/states";

/** Limits what the run may cost. */
export function BudgetDialog({
  job,
  onClose,
  onChanged,
}: {
  job: Job;
  onClose: () => void;
  onChanged: () => void;
}) {
  const [text, setText] = useState(job.budget.max_cost_usd?.toString() ?? "");
  const save = useMutation({
    mutationFn: () =>
      api.put("/api/v1/jobs/{job_id}/budget", {
        path: { job_id: job.job_id },
        body: {
          max_cost_usd: text === "" ? null : Number(text),
          max_row_cost_usd: job.budget.max_row_cost_usd ?? null,
        },
      }),
    onSuccess: () => {
      onChanged();
      onClose();
    },
  });
  const wrong =
    text !== "" && !(Number(text) >= 0 && Number(text) <= 1e6)
      ? "Enter an amount in US dollars, or leave it empty for no limit."
      : null;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (wrong === null) save.mutate();
  };
  return (
    <Dialog title="Budget" onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <p>
          {usd(job.budget.spent_usd)} spent so far. A run that reaches its budget pauses. To
          continue, raise the budget and resume the run.
        </p>
        <Field
          label="Maximum cost in US dollars"
          inputMode="decimal"
          placeholder="no limit"
          value={text}
          wrong={wrong}
          onChange={(event) => setText(event.target.value.trim())}
        />
        {save.error !== null && <Callout>{explain(save.error)}</Callout>}
        <div className="actions">
          <Button onClick={onClose}>Close</Button>
          <Button kind="primary" type="submit" busy={save.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
