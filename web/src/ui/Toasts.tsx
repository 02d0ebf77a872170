// Short notices at the edge of the screen, with Undo for destructive actions.
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { Button } from "./controls";

const SHOWN_MS = 7_000;

interface Toast {
  id: number;
  text: string;
  undo?: () => void;
}

interface Toasts {
  say: (text: string, undo?: () => void) => void;
  /** Announces an action, and performs it later unless the user undoes it. */
  later: (text: string, act: () => void, back: () => void) => void;
}

const Context = createContext<Toasts | null>(null);

export function useToasts(): Toasts {
  const toasts = useContext(Context);
  if (toasts === null) throw new Error("useToasts is used outside a ToastHost");
  return toasts;
}

export function ToastHost({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const next = useRef(0);
  const due = useRef(new Map<number, () => void>());

  const close = useCallback((id: number) => {
    setToasts((shown) => shown.filter((toast) => toast.id !== id));
    const act = due.current.get(id);
    due.current.delete(id);
    act?.();
  }, []);

  const value = useMemo<Toasts>(() => {
    const show = (text: string, undo?: () => void) => {
      const id = next.current;
      next.current += 1;
      setToasts((shown) => [
        ...shown.slice(-2),
        undo === undefined ? { id, text } : { id, text, undo },
      ]);
      setTimeout(() => close(id), SHOWN_MS);
      return id;
    };
    return {
      say: (text, undo) => {
        show(text, undo);
      },
      later: (text, act, back) => {
        const id = show(text, () => {
          due.current.delete(id);
          back();
        });
        due.current.set(id, act);
      },
    };
  }, [close]);

  // Leaving the page confirms pending actions.
  useEffect(() => {
    const flush = () => {
      for (const act of due.current.values()) act();
      due.current.clear();
    };
    window.addEventListener("pagehide", flush);
    return () => window.removeEventListener("pagehide", flush);
  }, []);

  return (
    <Context.Provider value={value}>
      {children}
      <section className="toasts" aria-label="Notices" aria-live="polite">
        {toasts.map((toast) => (
          <div className="toast" key={toast.id}>
            <span className="grow">{toast.text}</span>
            {toast.undo !== undefined && (
              <button
                type="button"
                onClick={() => {
                  toast.undo?.();
                  close(toast.id);
                }}
              >
                Undo
              </button>
            )}
            <Button
              className="close"
              icon="close"
              kind="quiet"
              small
              aria-label="Close notice"
              onClick={() => close(toast.id)}
            />
          </div>
        ))}
      </section>
    </Context.Provider>
  );
}
