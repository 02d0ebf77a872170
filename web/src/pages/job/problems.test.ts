import { describe, expect, it } from "vitest";
import type { JobRow } from "../../api/types";
import { group, isOfFile, remedy } from "./problems";

const row = (index: number, error: string | null): JobRow => ({
  index,
  line: index + 2,
  result_of: index,
  shares: 1,
  key: "k",
  stage: "FAILED",
  error,
  cells: {},
});

describe("causes", () => {
  it("groups rows by reason, most frequent first", () => {
    const causes = group([row(0, "a"), row(1, "b"), row(2, "b"), row(3, null)], "row", null);
    expect(causes.map((cause) => [cause.reason, cause.rows])).toEqual([
      ["b", [1, 2]],
      ["a", [0]],
      ["no reason was given", [3]],
    ]);
  });

  it("uses what rows have in common as the cause", () => {
    const cell = (reason: string) => ({
      outcome: "conflict" as const,
      value: null,
      confidence: 0,
      reason,
      url: null,
      quote: null,
      kept: false,
    });
    const rows = ["disagree: 1917 by a", "disagree: 12 by b"].map((reason, at) => ({
      ...row(at, null),
      cells: { c: cell(reason) },
    }));
    expect(group(rows, "conflict", "c")).toEqual([
      {
        what: "conflict",
        column: "c",
        reason: "disagree",
        example: "disagree: 1917 by a",
        rows: [0, 1],
      },
    ]);
  });

  it("groups lines of a file that have the same fault", () => {
    const rows = [
      "line 23: 5 fields where the header has 3; a field must be quoted",
      "line 24: 1 fields where the header has 3",
    ].map((reason, at) => row(at, reason));
    const [cause, ...others] = group(rows, "row", null);
    expect(others).toEqual([]);
    expect(cause).toMatchObject({
      example: "line 23: 5 fields where the header has 3; a field must be quoted",
      rows: [0, 1],
    });
    expect(cause !== undefined && isOfFile(cause)).toBe(true);
  });

  it("suggests a remedy", () => {
    expect(
      remedy({ what: "row", column: null, reason: "the key is blank", example: null, rows: [] }),
    ).toMatch(/file/);
    expect(
      remedy({ what: "blocked", column: "toll", reason: "x", example: null, rows: [] }),
    ).toMatch(/by hand/);
  });
});
