// Whether the server is within reach: one answer for the whole page.
const ASK_AGAIN_MS = 1_500;
const listeners = new Set<() => void>();
let reachable = true;

export const isReachable = (): boolean => reachable;

export function onReach(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Notes how a request ended. Once the server is gone, it is asked now and then whether it is back. */
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

/** Loads a part of the page, again and again while the server that has it is gone. */
export async function patiently<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    // A part that is not there although the server is will not come by waiting.
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
