import { useId, type InputHTMLAttributes, type ReactNode, type Ref, type SelectHTMLAttributes } from "react";
import "./field.css";

interface Frame {
  label: string;
  /** What to put in, under the label. */
  hint?: ReactNode;
  /** Why what was put in does not do. */
  error?: string | null;
  /** Reads the label out without showing it. */
  bare?: boolean;
}

interface Ids {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": boolean;
}

function Framed({ label, hint, error, bare, children }: Frame & { children: (ids: Ids) => ReactNode }) {
  const id = useId();
  const wrong = typeof error === "string";
  const said = wrong ? `${id}-error` : hint === undefined ? undefined : `${id}-hint`;
  return (
    <div className="field">
      <label htmlFor={id} className={bare === true ? "hidden-visually" : "field-label"}>
        {label}
      </label>
      {children({ id, "aria-describedby": said, "aria-invalid": wrong })}
      {wrong ? (
        <p id={`${id}-error`} className="field-error" role="alert">
          {error}
        </p>
      ) : (
        hint !== undefined && (
          <p id={`${id}-hint`} className="field-hint">
            {hint}
          </p>
        )
      )}
    </div>
  );
}

type FieldProps = Frame &
  InputHTMLAttributes<HTMLInputElement> & { ref?: Ref<HTMLInputElement>; before?: string };

/** A line of text or a number. */
export function Field({ label, hint, error, bare, before, className, ...input }: FieldProps) {
  return (
    <Framed label={label} hint={hint} error={error ?? null} bare={bare ?? false}>
      {(ids) => (
        <span className="field-line">
          {before !== undefined && (
            <span className="field-before" aria-hidden>
              {before}
            </span>
          )}
          <input {...ids} className={["input", className].filter(Boolean).join(" ")} {...input} />
        </span>
      )}
    </Framed>
  );
}

type SelectProps = Frame &
  SelectHTMLAttributes<HTMLSelectElement> & {
    options: readonly { value: string; label: string; disabled?: boolean }[];
  };

/** One of a few. */
export function Select({ label, hint, error, bare, options, className, ...select }: SelectProps) {
  return (
    <Framed label={label} hint={hint} error={error ?? null} bare={bare ?? false}>
      {(ids) => (
        <select
          {...ids}
          className={["input", "input-select", className].filter(Boolean).join(" ")}
          {...select}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value} disabled={option.disabled}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Framed>
  );
}

interface CheckProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "type"> {
  label: ReactNode;
}

export function Check({ label, ...input }: CheckProps) {
  const id = useId();
  return (
    <span className="check">
      <input id={id} type="checkbox" {...input} />
      <label htmlFor={id}>{label}</label>
    </span>
  );
}
