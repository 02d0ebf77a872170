import { useMutation, useQuery } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";
import { api } from "../../api/client";
import { explain } from "../../api/problem";
import { templates as templatesQuery } from "../../api/queries";
import type { Column, Source } from "../../api/types";
import { counted } from "../../lib/format";
import { Button, Field } from "../../ui/controls";
import { Menu } from "../../ui/Menu";
import { useToasts } from "../../ui/Toasts";
import { ColumnEditor } from "../../ui/ColumnEditor";
import { type Plan, typedNames, withColumns } from "./plan";

/** The columns to fill in: typed by name, or whole sets from templates. */
export function ColumnsStep({
  source,
  plan,
  onChange,
}: {
  source: Source;
  plan: Plan;
  onChange: (plan: Plan) => void;
}) {
  const [typed, setTyped] = useState("");
  const templates = useQuery(templatesQuery());
  const toasts = useToasts();
  const suggest = useMutation({
    mutationFn: (names: string[]) =>
      api.post("/api/v1/columns/suggest", { body: { columns: names } }),
    onSuccess: ({ columns }) => {
      onChange(withColumns(plan, columns));
      setTyped("");
    },
  });
  const save = useMutation({
    mutationFn: (name: string) =>
      api.post("/api/v1/templates", { body: { name, columns_metadata: plan.columns } }),
    onSuccess: (made) => {
      toasts.say(`Saved as the template “${made.name}”.`);
      return templates.refetch();
    },
    onError: (error) => toasts.say(explain(error)),
  });
  const add = (event: SubmitEvent) => {
    event.preventDefault();
    const names = typedNames(typed);
    if (names.length > 0) suggest.mutate(names);
  };
  const change = (at: number, column: Column | null) => {
    const columns = plan.columns.flatMap((old, place) =>
      place !== at ? [old] : column === null ? [] : [column],
    );
    onChange({ ...plan, columns });
    if (column === null)
      toasts.say(`Removed “${plan.columns[at]?.name ?? ""}”.`, () => onChange(plan));
  };
  return (
    <section className="card stack step" aria-labelledby="step-columns">
      <div className="row spread">
        <h2 id="step-columns">
          <span className="step-number" aria-hidden="true">
            2
          </span>
          Columns to add
        </h2>
        <Menu label="Templates" icon="columns" small>
          {(close) =>
            (templates.data?.templates ?? []).map((template) => (
              <button
                type="button"
                key={template.id}
                onClick={() => {
                  onChange(withColumns(plan, template.columns_metadata));
                  close();
                }}
              >
                <span className="grow">{template.name}</span>
                <span className="muted small">
                  {counted(template.columns_metadata.length, "column")}
                </span>
              </button>
            ))
          }
        </Menu>
      </div>
      <form className="row add-column" onSubmit={add}>
        <div className="grow">
          <Field
            label="New columns"
            placeholder="for example: opened, designer"
            value={typed}
            wrong={suggest.error === null ? null : explain(suggest.error)}
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
        <Button
          type="submit"
          icon="plus"
          busy={suggest.isPending}
          disabled={typedNames(typed).length === 0}
        >
          Add
        </Button>
      </form>
      {plan.columns.length === 0 ? (
        <p className="muted small">
          Enter names separated by commas. A type and a description are proposed, and you can change
          them.
        </p>
      ) : (
        <ul className="stack tight">
          {plan.columns.map((column, at) => (
            <li key={at}>
              <ColumnEditor
                column={column}
                fills={source.columns.includes(column.name)}
                onChange={(next) => change(at, next)}
              />
            </li>
          ))}
        </ul>
      )}
      {plan.columns.length > 1 && (
        <Button
          kind="quiet"
          small
          busy={save.isPending}
          onClick={() =>
            save.mutate(
              plan.columns
                .map((column) => column.name)
                .join(", ")
                .slice(0, 80),
            )
          }
        >
          Save these columns as a template
        </Button>
      )}
    </section>
  );
}
