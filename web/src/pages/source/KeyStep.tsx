import { percent } from "../../lib/format";
import type { KeyAnswer, Source } from "../../api/types";
import { Badge, Field } from "../../ui/controls";
import type { Plan } from "./plan";

/** The columns that identify a row: proposed from the data, decided by the user. */
export function KeyStep({
  source,
  proposed,
  plan,
  onChange,
}: {
  source: Source;
  proposed: KeyAnswer;
  plan: Plan;
  onChange: (plan: Plan) => void;
}) {
  const about = new Map(proposed.candidates.map((candidate) => [candidate.column, candidate]));
  const ordered =
    proposed.candidates.length === 0
      ? source.columns
      : proposed.candidates.map((candidate) => candidate.column);
  const toggle = (column: string) => {
    const keys = plan.keys.includes(column)
      ? plan.keys.filter((key) => key !== column)
      : [...plan.keys, column];
    onChange({ ...plan, keys });
  };
  return (
    <section className="card stack step" aria-labelledby="step-key">
      <h2 id="step-key">
        <span className="step-number" aria-hidden="true">
          1
        </span>
        What identifies a row
      </h2>
      <fieldset className="choices">
        <legend className="visually-hidden">Key columns</legend>
        {ordered.map((column) => {
          const candidate = about.get(column);
          return (
            <label key={column} className="choice">
              <input
                type="checkbox"
                checked={plan.keys.includes(column)}
                onChange={() => toggle(column)}
              />
              <span className="grow">
                <span className="choice-name">{column}</span>
                {candidate !== undefined && (
                  <span className="muted small">
                    {percent(candidate.filled)} filled, {percent(candidate.uniqueness)} unique
                  </span>
                )}
              </span>
              {proposed.key_columns.includes(column) && <Badge tone="good">Proposed</Badge>}
            </label>
          );
        })}
      </fieldset>
      <p className="muted small">{chosenBy(proposed)}</p>
      <Field
        label="What the rows are"
        placeholder="for example: bridge, software company"
        value={plan.entityType}
        hint="Optional. Helps to distinguish things with the same name."
        onChange={(event) => onChange({ ...plan, entityType: event.target.value })}
      />
    </section>
  );
}

/** Who proposed the key, and why a model's answer was not used. */
function chosenBy({ by, model, fell_back: fellBack }: KeyAnswer): string {
  if (by === "model")
    return `Proposed by ${model ?? "a model"}, which saw the headers and a few rows.`;
  if (fellBack != null)
    return `Proposed from the contents of the columns, because ${model ?? "the model"} gave no usable answer: ${fellBack.message}.`;
  return "Proposed from the contents of the columns.";
}
