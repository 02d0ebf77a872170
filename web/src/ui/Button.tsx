import { LoaderCircle } from "lucide-react";
import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import "./button.css";

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: "primary" | "plain" | "quiet" | "danger";
  small?: boolean;
  /** Shows that it works on it, and takes no further press. */
  busy?: boolean;
  icon?: ReactNode;
  ref?: Ref<HTMLButtonElement>;
}

export function Button({
  kind = "plain",
  small = false,
  busy = false,
  icon,
  children,
  className,
  disabled,
  ...rest
}: Props) {
  const names = ["button", `button-${kind}`, small && "button-small", className];
  return (
    <button
      type="button"
      className={names.filter(Boolean).join(" ")}
      disabled={disabled === true || busy}
      aria-busy={busy}
      {...rest}
    >
      {busy ? <LoaderCircle className="spin" aria-hidden size={16} /> : icon}
      {children}
    </button>
  );
}

interface IconProps extends Omit<Props, "icon" | "children"> {
  /** What it does: read out, and shown on hover. */
  label: string;
  icon: ReactNode;
}

export function IconButton({ label, icon, className, ...rest }: IconProps) {
  return (
    <Button
      kind="quiet"
      className={["button-icon", className].filter(Boolean).join(" ")}
      aria-label={label}
      title={label}
      icon={icon}
      {...rest}
    />
  );
}
