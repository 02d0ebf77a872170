import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../api/client";
import { explain } from "../../api/problem";
import { templates } from "../../api/queries";
import type { Column, Template } from "../../api/types";
import { ColumnEditor } from "../../ui/ColumnEditor";
import { Button, Field } from "../../ui/controls";
import { Dialog } from "../../ui/Dialog";
import { Callout } from "../../ui/states";
import { typedNames } from "../source/plan";

/** Creates or edits a template. */
export function TemplateDialog({
  template,
  onClose,
}: {
  template: Template | null;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const [name, setName] = useState(template?.name ?? "");
  const [columns, setColumns] = useState<Column[]>(template?.columns_metadata ?? []);
  const [typed, setTyped] = useState("");
  const suggest = useMutation({
    mutationFn: (names: string[]) =>
      api.post("/api/v1/columns/suggest", { body: { columns: names } }),
    onSuccess: (answer) => {
      const known = new Set(columns.map((column) => column.name));
      setColumns([...columns, ...answer.columns.filter((column) => !known.has(column.name))]);
      setTyped("");
    },
  });
  const save = useMutation({
    mutationFn: () => {
      const body = { name: name.trim(), columns_metadata: columns };
      return template === null
        ? api.post("/api/v1/templates", { body })
        : api.put("/api/v1/templates/{template_id}", { path: { template_id: template.id }, body });
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: templates().queryKey });
      onClose();
    },
  });
  const error = suggest.error ?? save.error;
  return (
    <Dialog title={template === null ? "New template" : `Edit ${template.name}`} onClose={onClose}>
      <Field label="Template name" value={name} onChange={(event) => setName(event.target.value)} />
      <form
        className="row add-column"
        onSubmit={(event) => {
          event.preventDefault();
          const names = typedNames(typed);
          if (names.length > 0) suggest.mutate(names);
        }}
      >
        <div className="grow">
          <Field
            label="New columns"
            value={typed}
            placeholder="for example: founded, employees"
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
      {error !== null && <Callout>{explain(error)}</Callout>}
      <div className="actions">
        <Button onClick={onClose}>Close</Button>
        <Button
          kind="primary"
          busy={save.isPending}
          disabled={name.trim() === "" || columns.length === 0}
          onClick={() => save.mutate()}
        >
          Save
        </Button>
      </div>
    </Dialog>
  );
}
