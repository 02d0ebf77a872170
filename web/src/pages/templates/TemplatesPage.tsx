import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, type Answer } from "../../api/client";
import { explain } from "../../api/problem";
import { templates as templatesQuery } from "../../api/queries";
import type { Template } from "../../api/types";
import { counted } from "../../lib/format";
import { Badge, Button } from "../../ui/controls";
import { EmptyState, ErrorState, Skeleton } from "../../ui/states";
import { useToasts } from "../../ui/Toasts";
import { TemplateDialog } from "./TemplateDialog";

type Listed = Answer<"/api/v1/templates", "get">;
/** The template being edited; `new` for a new one. */
type Edited = Template | "new" | null;

export function TemplatesPage() {
  const templates = useQuery(templatesQuery());
  const [edited, setEdited] = useState<Edited>(null);
  const own = templates.data?.templates.filter((template) => !template.system) ?? [];
  const system = templates.data?.templates.filter((template) => template.system) ?? [];
  return (
    <>
      <div className="page-head">
        <div className="stack tight">
          <h1>Templates</h1>
          <p className="muted">Reusable sets of columns.</p>
        </div>
        <Button kind="primary" icon="plus" onClick={() => setEdited("new")}>
          New template
        </Button>
      </div>
      {templates.error !== null && templates.data === undefined && (
        <ErrorState error={templates.error} onRetry={() => void templates.refetch()} />
      )}
      {templates.isPending && <Skeleton lines={4} height={44} />}
      {templates.data !== undefined && (
        <>
          <section className="stack tight" aria-labelledby="own">
            <h2 id="own">Yours</h2>
            {own.length === 0 ? (
              <div className="card">
                <EmptyState icon="columns" title="No templates yet">
                  <p>Create one here, or save the columns you choose for a table.</p>
                </EmptyState>
              </div>
            ) : (
              <List templates={own} onEdit={setEdited} />
            )}
          </section>
          {system.length > 0 && (
            <section className="stack tight" aria-labelledby="built-in">
              <h2 id="built-in">Built in</h2>
              <List templates={system} onEdit={setEdited} />
            </section>
          )}
        </>
      )}
      {edited !== null && (
        <TemplateDialog
          template={edited === "new" ? null : edited}
          onClose={() => setEdited(null)}
        />
      )}
    </>
  );
}

function List({
  templates,
  onEdit,
}: {
  templates: Template[];
  onEdit: (template: Template) => void;
}) {
  return (
    <ul className="tiles">
      {templates.map((template) => (
        <Tile key={template.id} template={template} onEdit={onEdit} />
      ))}
    </ul>
  );
}

function Tile({ template, onEdit }: { template: Template; onEdit: (template: Template) => void }) {
  const client = useQueryClient();
  const toasts = useToasts();
  const key = templatesQuery().queryKey;
  const remove = useMutation({
    mutationFn: () =>
      api.delete("/api/v1/templates/{template_id}", {
        path: { template_id: template.id },
        keepalive: true,
      }),
    onError: (error) => toasts.say(explain(error)),
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  });
  const take = () => {
    client.setQueryData<Listed>(
      key,
      (all) => all && { templates: all.templates.filter((other) => other.id !== template.id) },
    );
    toasts.later(
      `Deleted “${template.name}”.`,
      () => remove.mutate(),
      () => void client.invalidateQueries({ queryKey: key }),
    );
  };
  return (
    <li className="card stack tight tile">
      <div className="row spread">
        <h3>{template.name}</h3>
        <span className="muted small">{counted(template.columns_metadata.length, "column")}</span>
      </div>
      <p className="row tile-columns">
        {template.columns_metadata.map((column) => (
          <Badge key={column.name}>{column.name}</Badge>
        ))}
      </p>
      {!template.system && (
        <div className="row">
          <Button
            small
            icon="edit"
            onClick={() => onEdit(template)}
            aria-label={`Edit ${template.name}`}
          >
            Edit
          </Button>
          <Button
            small
            kind="quiet"
            icon="trash"
            onClick={take}
            aria-label={`Delete ${template.name}`}
          >
            Delete
          </Button>
        </div>
      )}
    </li>
  );
}
