// What a view shows while it is loading, empty, failed or forbidden.
import type { ReactNode } from "react";
import { explain, Problem } from "../api/problem";
import { Button } from "./controls";
import { Icon, type IconName } from "./icons";

/** `whole`: the view has no other heading. */
export function EmptyState({
  icon = "table",
  title,
  whole = false,
  children,
}: {
  icon?: IconName;
  title: string;
  whole?: boolean;
  children?: ReactNode;
}) {
  const Heading = whole ? "h1" : "h2";
  return (
    <div className="state">
      <Icon name={icon} size={40} />
      <Heading>{title}</Heading>
      {children}
    </div>
  );
}

function titleOf(error: unknown): string {
  if (!(error instanceof Problem)) return "Something went wrong";
  if (error.status === 0) return "No connection to the server";
  if (error.status === 401) return "Please sign in";
  if (error.status === 403) return "You do not have access";
  if (error.status === 404) return "Not found";
  return "The request failed";
}

export function ErrorState({
  error,
  whole = false,
  onRetry,
}: {
  error: unknown;
  whole?: boolean;
  onRetry?: () => void;
}) {
  const Heading = whole ? "h1" : "h2";
  const hint =
    error instanceof Problem && error.status === 404
      ? " It may have been deleted, or belong to another user."
      : "";
  return (
    <div className="state error" role="alert">
      <Icon name={error instanceof Problem && error.status === 0 ? "wifi" : "warn"} size={40} />
      <Heading>{titleOf(error)}</Heading>
      <p>
        {explain(error)}
        {hint}
      </p>
      {onRetry !== undefined && <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}

export function Callout({
  tone = "bad",
  children,
}: {
  tone?: "bad" | "fair" | "calm";
  children: ReactNode;
}) {
  return (
    <div className={`callout ${tone}`} role={tone === "bad" ? "alert" : "status"}>
      <Icon name="warn" size={17} />
      <div className="grow">{children}</div>
    </div>
  );
}

export function Skeleton({ lines = 3, height = 18 }: { lines?: number; height?: number }) {
  return (
    <div className="stack tight" role="status">
      <span className="visually-hidden">Loading</span>
      {Array.from({ length: lines }, (_, line) => (
        <svg key={line} className="skeleton" width="100%" height={height} aria-hidden="true" />
      ))}
    </div>
  );
}

/** A progress bar of parts whose shares add up to at most 1. */
export function Progress({
  label,
  parts,
}: {
  label: string;
  parts: { share: number; tone?: "bad" | "fair" }[];
}) {
  const done = parts.reduce((sum, part) => sum + part.share, 0);
  return (
    <div
      className="progress"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(done * 100)}
    >
      {parts.map((part, at) => (
        // React sets it through the DOM's style object, which the Content-Security-Policy allows.
        <span key={at} className={part.tone} style={{ width: `${part.share * 100}%` }} />
      ))}
    </div>
  );
}

/** A table that scrolls on its own when it is wider than the screen, also by keyboard. */
export function TableFrame({ label, children }: { label: string; children: ReactNode }) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable area must be reachable by keyboard
    <div className="table-wrap" role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}
