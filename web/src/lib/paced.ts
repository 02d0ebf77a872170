/**
 * A value that changes more often than it should be drawn: listeners are notified at most once per
 * interval, always with the latest value.
 */
export class Paced<T> {
  #shown: T;
  #latest: T;
  #timer: ReturnType<typeof setTimeout> | null = null;
  readonly #listeners = new Set<() => void>();

  constructor(
    first: T,
    readonly every: number,
  ) {
    this.#shown = first;
    this.#latest = first;
  }

  readonly get = (): T => this.#shown;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  /** Sets the value; it is shown at once if the interval has passed, else when it has. */
  put(value: T): void {
    this.#latest = value;
    if (this.#timer === null) this.#show();
  }

  /** Sets the value and shows it at once. */
  putNow(value: T): void {
    this.stop();
    this.put(value);
  }

  /** Drops a value that is waiting to be shown. */
  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #show(): void {
    this.#shown = this.#latest;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#latest !== this.#shown) this.#show();
    }, this.every);
    for (const listener of this.#listeners) listener();
  }
}
