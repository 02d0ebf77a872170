// The bearer token of whoever signed in. It lives as long as the tab, unless it is to be remembered.
const NAME = "ampledata.token";
const listeners = new Set<() => void>();
let current = stored();

/** What was kept; nothing where the browser forbids storage. */
function stored(): string | null {
  try {
    return sessionStorage.getItem(NAME) ?? localStorage.getItem(NAME);
  } catch {
    return null;
  }
}

export const token = (): string | null => current;

export function setToken(next: string | null, remember = false): void {
  sessionStorage.removeItem(NAME);
  localStorage.removeItem(NAME);
  if (next !== null) (remember ? localStorage : sessionStorage).setItem(NAME, next);
  current = next;
  for (const listener of listeners) listener();
}

export function onToken(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
