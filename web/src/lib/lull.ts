// Moments in which nobody is typing, pointing or scrolling: for work that can wait.
const INPUTS = ["keydown", "pointerdown", "wheel", "touchmove"];
/** How long nothing must have come from the user. */
const QUIET_MS = 200;
/** Whoever never rests is not kept waiting for news for longer. */
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

/** Milliseconds still to wait for a lull, by when the waiting began. */
export function untilLull(now: number, begun: number, input: number): number {
  return Math.max(0, Math.min(input + QUIET_MS, begun + LONGEST_MS) - now);
}

/** Comes true in an idle moment of the browser in which the user rests. */
export async function lull(): Promise<void> {
  const begun = performance.now();
  for (
    let left = untilLull(begun, begun, last);
    left > 0;
    left = untilLull(performance.now(), begun, last)
  ) {
    await new Promise((resolve) => setTimeout(resolve, left));
  }
  // Not every browser tells idle moments.
  if ("requestIdleCallback" in globalThis) {
    await new Promise<void>((resolve) =>
      requestIdleCallback(() => resolve(), { timeout: LONGEST_MS }),
    );
  }
}
