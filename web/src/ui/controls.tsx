// Buttons, badges and fields.
import {
  type ButtonHTMLAttributes,
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  useId,
} from "react";
import { Icon, type IconName } from "./icons";

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  kind?: "primary" | "quiet" | "danger";
  icon?: IconName;
  small?: boolean;
  /** Whether the action it started is still running. */
  busy?: boolean;
};

export function Button({
  kind,
  icon,
  small = false,
  busy = false,
  children,
  disabled,
  className,
  ...rest
}: ButtonProps) {
  const bare = children === undefined || children === null;
  const classes = ["button", kind, small && "small", bare && "icon-only", className]
    .filter(Boolean)
    .join(" ");
  return (
    <button
      type="button"
      className={classes}
      disabled={disabled === true || busy}
      aria-busy={busy}
      {...rest}
    >
      {icon !== undefined && <Icon name={icon} size={small ? 15 : 17} />}
      {children}
    </button>
  );
}

export type Tone = "good" | "fair" | "bad" | "calm" | "plain";

export function Badge({
  tone = "plain",
  icon,
  children,
}: {
  tone?: Tone;
  icon?: IconName;
  children: ReactNode;
}) {
  return (
    <span className={`badge ${tone}`}>
      {icon !== undefined && <Icon name={icon} size={13} />}
      {children}
    </span>
  );
}

interface Labelled {
  label: string;
  hint?: ReactNode;
  wrong?: string | null | undefined;
  /** The label is for screen readers only. */
  labelHidden?: boolean;
}

function Frame({
  id,
  label,
  hint,
  wrong,
  labelHidden,
  children,
}: Labelled & { id: string; children: ReactNode }) {
  return (
    <div className="field">
      <label htmlFor={id} className={labelHidden === true ? "visually-hidden" : undefined}>
        {label}
      </label>
      {children}
      {hint !== undefined && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {wrong != null && (
        <p className="wrong" id={`${id}-wrong`} role="alert">
          <Icon name="warn" size={15} />
          {wrong}
        </p>
      )}
    </div>
  );
}

const describedBy = (id: string, { hint, wrong }: Labelled) =>
  [hint !== undefined && `${id}-hint`, wrong != null && `${id}-wrong`].filter(Boolean).join(" ") ||
  undefined;

export function Field({
  label,
  hint,
  wrong,
  labelHidden,
  className,
  ...rest
}: Labelled & InputHTMLAttributes<HTMLInputElement>) {
  const own = useId();
  const id = rest.id ?? own;
  const labelled: Labelled = {
    label,
    hint,
    wrong,
    ...(labelHidden === undefined ? {} : { labelHidden }),
  };
  return (
    <Frame id={id} {...labelled}>
      <input
        className={`input ${className ?? ""}`}
        id={id}
        aria-invalid={wrong != null}
        aria-describedby={describedBy(id, labelled)}
        autoComplete="off"
        {...rest}
      />
    </Frame>
  );
}

export function Select({
  label,
  hint,
  wrong,
  labelHidden,
  children,
  className,
  ...rest
}: Labelled & SelectHTMLAttributes<HTMLSelectElement>) {
  const own = useId();
  const id = rest.id ?? own;
  const labelled: Labelled = {
    label,
    hint,
    wrong,
    ...(labelHidden === undefined ? {} : { labelHidden }),
  };
  return (
    <Frame id={id} {...labelled}>
      <select
        className={`select ${className ?? ""}`}
        id={id}
        aria-describedby={describedBy(id, labelled)}
        {...rest}
      >
        {children}
      </select>
    </Frame>
  );
}
