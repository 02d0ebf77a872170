/** Which rows changed since they were last read, at one byte per row. */
export class Moved {
  readonly #marks: Uint8Array;

  constructor(rows: number) {
    this.#marks = new Uint8Array(rows);
  }

  add(index: number): void {
    this.#marks[index] = 1;
  }

  /** Takes the changed rows from `from` up to but not including `to`, because they are being read. */
  take(from: number, to: number): number[] {
    const taken: number[] = [];
    for (let index = Math.max(0, from); index < Math.min(to, this.#marks.length); index += 1) {
      if (this.#marks[index] === 1) taken.push(index);
      this.#marks[index] = 0;
    }
    return taken;
  }
}
