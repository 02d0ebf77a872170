/** Which rows moved since they were last read: one byte a row, however many there are. */
export class Moved {
  readonly #marks: Uint8Array;

  constructor(rows: number) {
    this.#marks = new Uint8Array(rows);
  }

  add(index: number): void {
    this.#marks[index] = 1;
  }

  /** Forgets the rows from one place to another, which is left out: they are being read. */
  take(from: number, to: number): number[] {
    const taken: number[] = [];
    for (let index = Math.max(0, from); index < Math.min(to, this.#marks.length); index += 1) {
      if (this.#marks[index] === 1) taken.push(index);
      this.#marks[index] = 0;
    }
    return taken;
  }
}
