import { useId, useState } from "react";
import type { Column } from "../api/types";
import { Badge, Button, Field, Select } from "./controls";

const KINDS = { string: "Text", number: "Number", boolean: "Yes or no", date: "Date" } as const;

/** The column with another type, without options that the type does not have. */
function retyped(column: Column, given: string): Column {
  const type = given as keyof typeof KINDS;
  const number = type === "number" ? {} : { unit: null, minimum: null, maximum: null };
  const text = type === "string" ? {} : { format: null, pattern: null, allowed: null };
  return { ...column, ...number, ...text, type };
}

/** One requested column: its name and type at a glance, the rest on demand. */
export function ColumnEditor({
  column,
  fills = false,
  onChange,
}: {
  column: Column;
  fills?: boolean;
  onChange: (column: Column | null) => void;
}) {
  const [open, setOpen] = useState(false);
  const panel = useId();
  const set = (part: Partial<Column>) => onChange({ ...column, ...part });
  return (
    <div className="column-editor">
      <div className="row">
        <div className="grow">
          <p className="column-name">{column.name}</p>
          {!open && (
            <p className="muted small">
              {column.description ?? "No description"}
              {column.unit != null && `, in ${column.unit}`}
            </p>
          )}
        </div>
        {fills && <Badge tone="calm">fills blanks</Badge>}
        <Select
          label={`Type of ${column.name}`}
          labelHidden
          className="small"
          value={column.type ?? "string"}
          onChange={(event) => onChange(retyped(column, event.target.value))}
        >
          {Object.entries(KINDS).map(([kind, label]) => (
            <option key={kind} value={kind}>
              {label}
            </option>
          ))}
        </Select>
        <Button
          kind="quiet"
          small
          icon="edit"
          aria-label={`Edit ${column.name}`}
          aria-expanded={open}
          aria-controls={panel}
          onClick={() => setOpen(!open)}
        />
        <Button
          kind="quiet"
          small
          icon="trash"
          aria-label={`Remove ${column.name}`}
          onClick={() => onChange(null)}
        />
      </div>
      {open && (
        <div className="stack tight" id={panel}>
          <Field
            label="Name"
            value={column.name}
            onChange={(event) => set({ name: event.target.value })}
          />
          <Field
            label="Description"
            value={column.description ?? ""}
            hint="What the value means, in a few words."
            onChange={(event) =>
              set({ description: event.target.value === "" ? null : event.target.value })
            }
          />
          {column.type === "number" && (
            <Field
              label="Unit"
              value={column.unit ?? ""}
              placeholder="m, kg, EUR"
              hint="Values are converted to this unit."
              onChange={(event) =>
                set({ unit: event.target.value === "" ? null : event.target.value })
              }
            />
          )}
          {column.type === "string" && (
            <Field
              label="Allowed values"
              value={column.allowed?.join(", ") ?? ""}
              hint="Separated by commas. Leave empty to allow any value."
              onChange={(event) =>
                set({
                  allowed:
                    event.target.value === ""
                      ? null
                      : event.target.value.split(",").map((text) => text.trimStart()),
                })
              }
            />
          )}
          <label className="check small">
            <input
              type="checkbox"
              checked={column.list === true}
              onChange={(event) => set({ list: event.target.checked ? true : null })}
            />
            Can hold several values
          </label>
        </div>
      )}
    </div>
  );
}
