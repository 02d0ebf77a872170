import { useSyncExternalStore } from "react";

/** What a person chose; `system` follows the device. */
export type Theme = "system" | "light" | "dark";

const KEY = "ampledata.theme";
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

function read(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === "light" || stored === "dark" ? stored : "system";
  } catch {
    // Storage can be forbidden: the device's own choice then holds.
    return "system";
  }
}

let theme = read();

function apply(): void {
  const shown = theme === "system" ? (dark.matches ? "dark" : "light") : theme;
  document.documentElement.dataset["theme"] = shown;
  for (const listener of listeners) listener();
}

export function setTheme(chosen: Theme): void {
  theme = chosen;
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // It then holds until the page is closed.
  }
  apply();
}

export function startTheme(): void {
  dark.addEventListener("change", apply);
  apply();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, () => theme);
}

/** Which of the two is on the screen: charts need it. */
export function useShownTheme(): "light" | "dark" {
  return useSyncExternalStore(subscribe, () =>
    document.documentElement.dataset["theme"] === "dark" ? "dark" : "light",
  );
}
