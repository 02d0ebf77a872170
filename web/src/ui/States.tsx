import { CircleAlert, Lock, SearchX, WifiOff } from "lucide-react";
import type { ReactNode } from "react";
import { OfflineError, isForbidden, isMissing, say } from "../api/problem";
import { Button } from "./Button";
import "./states.css";

interface EmptyProps {
  icon: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

/** Nothing is there yet: says what could be, and how it comes. */
export function EmptyState({ icon, title, children, action }: EmptyProps) {
  return (
    <div className="state">
      <div className="state-icon" aria-hidden>
        {icon}
      </div>
      <h2>{title}</h2>
      {children !== undefined && <div className="muted state-words">{children}</div>}
      {action}
    </div>
  );
}

/** Something could not be shown: why, and what to do. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { title, advice, code, requestId } = say(error);
  const icon = isMissing(error) ? (
    <SearchX size={28} />
  ) : isForbidden(error) ? (
    <Lock size={28} />
  ) : error instanceof OfflineError ? (
    <WifiOff size={28} />
  ) : (
    <CircleAlert size={28} />
  );
  return (
    <div className="state" role="alert">
      <div className="state-icon" aria-hidden>
        {icon}
      </div>
      <h2>{title}</h2>
      {advice !== null && <p className="muted state-words">{advice}</p>}
      {onRetry !== undefined && !isMissing(error) && <Button onClick={onRetry}>Try again</Button>}
      {code !== null && (
        <p className="state-code">
          <code>{code}</code>
          {requestId !== null && (
            <>
              {" · request "}
              <code>{requestId}</code>
            </>
          )}
        </p>
      )}
    </div>
  );
}

/** Holds the place of what is loading, so that nothing jumps when it comes. */
export function Skeleton({ lines = 3, label = "Loading" }: { lines?: number; label?: string }) {
  return (
    <div className="skeleton" role="status">
      <span className="hidden-visually">{label}</span>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} className="skeleton-line" aria-hidden />
      ))}
    </div>
  );
}
