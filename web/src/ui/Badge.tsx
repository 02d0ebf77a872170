import type { ReactNode } from "react";
import "./badge.css";

export type Tone = "neutral" | "good" | "warn" | "bad" | "info";

/** A word with an icon: the colour only repeats what they say. */
export function Badge({ tone = "neutral", icon, children }: { tone?: Tone; icon?: ReactNode; children: ReactNode }) {
  return (
    <span className={`badge badge-${tone}`}>
      {icon}
      {children}
    </span>
  );
}
