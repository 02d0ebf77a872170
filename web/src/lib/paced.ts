/** A value that changes oftener than it is worth looking at: listeners are told at most once in so many
 * milliseconds, and always of the latest. */
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

  /** The newest value: shown now where nothing was shown for long enough, else when it is time. */
  put(value: T): void {
    this.#latest = value;
    if (this.#timer === null) this.#show();
  }

  /** A value that cannot wait. */
  putNow(value: T): void {
    this.stop();
    this.put(value);
  }

  /** Forgets what was to be shown later. */
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
