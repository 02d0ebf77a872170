import { describe, expect, it } from "vitest";
import type { Cell, JobRow } from "../../api/types";
import { Counting } from "./summary";

const cell = (outcome: Cell["outcome"], confidence = 0, url: string | null = null): Cell =>
  ({ outcome, value: outcome === "found" ? 1 : null, confidence, reason: "", url, quote: null, kept: false });
const row = (cells: JobRow["cells"]): JobRow =>
  ({ index: 0, line: 2, result_of: 0, shares: 1, key: "k", stage: "COMPLETED", error: null, cells });

describe("a report", () => {
  it("counts outcomes, confidence and sites", () => {
    const counting = new Counting(["a", "b"]);
    counting.add(row({ a: cell("found", 0.95, "https://www.x.example/1"), b: cell("absent") }));
    counting.add(row({ a: cell("found", 1, "https://x.example/2"), b: cell("conflict") }));
    counting.add(row({ a: cell("found", 0.2) }));
    const summary = counting.summary();
    expect(summary.rows).toBe(3);
    expect(summary.found).toBe(3);
    expect(summary.columns[1]).toMatchObject({ absent: 1, conflict: 1, waiting: 1, found: 0 });
    expect(summary.confidence[9]).toBe(2);
    expect(summary.confidence[2]).toBe(1);
    expect(summary.sites).toEqual([{ site: "x.example", cells: 2 }, { site: "set by hand", cells: 1 }]);
  });
});
