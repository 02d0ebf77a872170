import { CircleAlert, CircleCheck, X } from "lucide-react";
import { useSyncExternalStore } from "react";
import { say } from "../api/problem";
import { Button, IconButton } from "./Button";
import "./toasts.css";

interface Toast {
  id: number;
  kind: "done" | "failed";
  text: string;
  advice: string | null;
  undo: (() => void) | null;
}

/** Long enough to read it and to reach for "Undo". */
const SHOWN_MS = 8000;
const MOST = 3;

let toasts: readonly Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

function drop(id: number): void {
  set(toasts.filter((toast) => toast.id !== id));
}

function add(toast: Omit<Toast, "id">): void {
  last += 1;
  const id = last;
  set([...toasts, { ...toast, id }].slice(-MOST));
  setTimeout(() => drop(id), SHOWN_MS);
}

/** Says that something was done, and offers to take it back. */
export function told(text: string, undo: (() => void) | null = null): void {
  add({ kind: "done", text, advice: null, undo });
}

/** Says what failed and what can be done about it. */
export function failed(error: unknown): void {
  const { title, advice } = say(error);
  add({ kind: "failed", text: title, advice, undo: null });
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map((toast) => (
        <div key={toast.id} className={`toast toast-${toast.kind}`}>
          {toast.kind === "done" ? (
            <CircleCheck size={18} aria-hidden />
          ) : (
            <CircleAlert size={18} aria-hidden />
          )}
          <div className="toast-text">
            <p>{toast.text}</p>
            {toast.advice !== null && <p className="muted">{toast.advice}</p>}
          </div>
          {toast.undo !== null && (
            <Button
              small
              onClick={() => {
                toast.undo?.();
                drop(toast.id);
              }}
            >
              Undo
            </Button>
          )}
          <IconButton
            small
            label="Dismiss"
            icon={<X size={14} aria-hidden />}
            onClick={() => drop(toast.id)}
          />
        </div>
      ))}
    </div>
  );
}
