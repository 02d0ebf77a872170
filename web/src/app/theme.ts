// The theme: light, dark, or the system's choice.
import { useSyncExternalStore } from "react";

const NAME = "ampledata.theme";
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();
export type Theme = "light" | "dark";

function chosen(): Theme | null {
  const stored = localStorage.getItem(NAME);
  return stored === "light" || stored === "dark" ? stored : null;
}

const current = (): Theme => chosen() ?? (dark.matches ? "dark" : "light");

export function applyTheme(): void {
  const theme = chosen();
  if (theme === null) delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function switchTheme(): void {
  localStorage.setItem(NAME, current() === "dark" ? "light" : "dark");
  applyTheme();
  for (const listener of listeners) listener();
}

export function useTheme(): Theme {
  return useSyncExternalStore((changed) => {
    listeners.add(changed);
    dark.addEventListener("change", changed);
    return () => {
      listeners.delete(changed);
      dark.removeEventListener("change", changed);
    };
  }, current);
}
