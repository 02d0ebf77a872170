// Moments without typing, pointing or scrolling, for work that can wait.
const INPUTS = ["keydown", "pointerdown", "wheel", "touchmove"];
/** How long the user must have been inactive. */
const QUIET_MS = 200;
/** The longest wait, even if the user is never inactive. */
const LONGEST_MS = 3_000;

let last = -Infinity;

export function noteInput(target: EventTarget): void {
  for (const kind of INPUTS)
    target.addEventListener(
      kind,
      () => {
        last = performance.now();
      },
      { capture: true, passive: true },
    );
}

/** Milliseconds left to wait for a lull, given when the wait began. */
export function untilLull(now: number, begun: number, input: number): number {
  return Math.max(0, Math.min(input + QUIET_MS, begun + LONGEST_MS) - now);
}

/** Resolves when the user is inactive and the browser is idle. */
export async function lull(): Promise<void> {
  const begun = performance.now();
  for (
    let left = untilLull(begun, begun, last);
    left > 0;
    left = untilLull(performance.now(), begun, last)
  ) {
    await new Promise((resolve) => setTimeout(resolve, left));
  }
  // Not every browser reports idle time.
  if ("requestIdleCallback" in globalThis) {
    await new Promise<void>((resolve) =>
      requestIdleCallback(() => resolve(), { timeout: LONGEST_MS }),
    );
  }
}
