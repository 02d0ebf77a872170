import { describe, expect, it } from "vitest";
import type { JobRow } from "../../api/types";
import { group, remedy } from "./problems";

const row = (index: number, error: string | null): JobRow =>
  ({ index, line: index + 2, result_of: index, shares: 1, key: "k", stage: "FAILED", error, cells: {} });

describe("causes", () => {
  it("gathers rows by their reason, the most frequent first", () => {
    const causes = group([row(0, "a"), row(1, "b"), row(2, "b"), row(3, null)], "row", null);
    expect(causes.map((cause) => [cause.reason, cause.rows])).toEqual([["b", [1, 2]], ["a", [0]], ["no reason was given", [3]]]);
  });

  it("says what to do", () => {
    expect(remedy({ what: "row", column: null, reason: "the key is blank", rows: [] })).toMatch(/file/);
    expect(remedy({ what: "blocked", column: "toll", reason: "x", rows: [] })).toMatch(/by hand/);
  });
});
