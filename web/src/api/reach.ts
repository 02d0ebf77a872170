// Whether the server is reachable: one state for the whole app.
const ASK_AGAIN_MS = 1_500;
const listeners = new Set<() => void>();
let reachable = true;

export const isReachable = (): boolean => reachable;

export function onReach(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Records whether a request reached the server; an unreachable server is polled until it is back. */
export function noteReach(now: boolean): void {
  if (reachable === now) return;
  reachable = now;
  for (const listener of listeners) listener();
  if (!now) setTimeout(() => void ask(), ASK_AGAIN_MS);
}

async function ask(): Promise<void> {
  try {
    await fetch("/healthz", { cache: "no-store" });
    noteReach(true);
  } catch {
    setTimeout(() => void ask(), ASK_AGAIN_MS);
  }
}

/** Loads a lazy part of the app, retrying while the server is unreachable. */
export async function patiently<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    // If the server responds, the part itself is missing, and waiting does not help.
    if (await answers()) throw error;
    noteReach(false);
    await back();
    return patiently(load);
  }
}

async function answers(): Promise<boolean> {
  return fetch("/healthz", { cache: "no-store" }).then(
    () => true,
    () => false,
  );
}

function back(): Promise<void> {
  return new Promise((resolve) => {
    const stop = onReach(() => {
      if (!reachable) return;
      stop();
      resolve();
    });
  });
}
