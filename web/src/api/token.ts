// The signed-in user's bearer token. It is kept for the tab, or longer if the user asks for that.
const NAME = "ampledata.token";
const listeners = new Set<() => void>();
let current = stored();

/** The stored token; null if there is none or the browser forbids storage. */
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
