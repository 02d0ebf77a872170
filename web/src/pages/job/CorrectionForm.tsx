import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useEffect, useRef, useState } from "react";
import { api } from "../../api/client";
import { explain } from "../../api/problem";
import { cell as cellQuery } from "../../api/queries";
import type { CellDetail, Column, Job } from "../../api/types";
import { value as shown } from "../../lib/format";
import { Button, Field } from "../../ui/controls";
import { useToasts } from "../../ui/Toasts";
import { read, written } from "./correction";

type Change = { value?: unknown; locked?: boolean };

/** Corrects or locks a cell: shown at once, rolled back if the server refuses. */
export function CorrectionForm({
  job,
  row,
  column,
  detail,
  focus,
  onChanged,
}: {
  job: Job;
  row: number;
  column: Column;
  detail: CellDetail;
  focus: boolean;
  onChanged: () => void;
}) {
  const [text, setText] = useState(() => written(detail.cell?.value));
  const form = useRef<HTMLFormElement>(null);
  const client = useQueryClient();
  const toasts = useToasts();
  const key = cellQuery(job.job_id, row, column.name).queryKey;
  useEffect(() => {
    if (focus) form.current?.querySelector("input")?.select();
  }, [focus]);

  const put = (change: Change) =>
    api.put("/api/v1/jobs/{job_id}/rows/{row}/cells/{column}", {
      path: { job_id: job.job_id, row, column: column.name },
      body: change,
    });
  const save = useMutation({
    mutationFn: put,
    onMutate: async (change) => {
      await client.cancelQueries({ queryKey: key });
      const before = client.getQueryData(key);
      client.setQueryData(key, (old) => (old === undefined ? old : ahead(old, change)));
      return { before };
    },
    onError: (error, _, context) => {
      client.setQueryData(key, context?.before);
      toasts.say(`Not saved. ${explain(error)}`);
    },
    onSuccess: (now, change, { before }) => {
      client.setQueryData(key, now);
      setText(written(now.cell?.value));
      if (before !== undefined) toasts.say(said(change), () => undo(before, change));
      onChanged();
    },
  });
  const undo = (before: CellDetail, change: Change) => {
    const back: Change = {
      locked: before.locked,
      ...("value" in change ? { value: before.cell?.value ?? null } : {}),
    };
    put(back).then(
      (now) => {
        client.setQueryData(key, now);
        setText(written(now.cell?.value));
        onChanged();
      },
      (error: unknown) => toasts.say(explain(error)),
    );
  };
  const given = read(text, column);
  const same = given.wrong === null && shown(given.value) === shown(detail.cell?.value);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (given.wrong === null && !same) save.mutate({ value: given.value });
  };
  return (
    <form className="stack tight correction" ref={form} onSubmit={submit}>
      <div className="row add-column">
        <div className="grow">
          <Field
            label="Correct value"
            value={text}
            wrong={given.wrong}
            onChange={(event) => setText(event.target.value)}
            list={
              column.type === "boolean" || column.allowed != null
                ? `allowed-${column.name}`
                : undefined
            }
            onKeyDown={(event) => {
              if (event.key === "l" && event.altKey) {
                event.preventDefault();
                save.mutate({ locked: !detail.locked });
              }
            }}
          />
          <datalist id={`allowed-${column.name}`}>
            {(column.type === "boolean" ? ["yes", "no"] : (column.allowed ?? [])).map((option) => (
              <option key={option} value={option} />
            ))}
          </datalist>
        </div>
        <Button
          type="submit"
          kind="primary"
          busy={save.isPending}
          disabled={same || given.wrong !== null}
        >
          Save
        </Button>
        <Button
          icon={detail.locked ? "unlock" : "lock"}
          aria-label={detail.locked ? "Unlock this cell" : "Lock this cell"}
          aria-pressed={detail.locked}
          title="Alt+L"
          onClick={() => save.mutate({ locked: !detail.locked })}
        />
      </div>
      <p className="muted small">
        Press Enter to save. Leave the field empty if there is no value. Runs never overwrite what
        you set.
      </p>
    </form>
  );
}

const said = (change: Change): string =>
  "value" in change ? "Corrected." : change.locked === true ? "Locked." : "Unlocked.";

/** The cell as expected, before the server has confirmed it. */
function ahead(old: CellDetail, change: Change): CellDetail {
  const locked = change.locked ?? old.locked;
  if (!("value" in change)) return { ...old, locked };
  const empty = {
    outcome: "absent" as const,
    confidence: 0,
    reason: "",
    reason_code: null,
    evidence: null,
    candidates: [],
    rejected: [],
    value: null,
  };
  const cell = {
    ...(old.cell ?? empty),
    value: change.value,
    outcome: change.value === null ? ("absent" as const) : ("found" as const),
  };
  return { ...old, locked, corrected: true, cell: cell };
}
