import { describe, expect, it } from "vitest";
import { ALL, cursorBefore, isWhole, query } from "./view";

describe("views of a job's rows", () => {
  it("uses either the filter or the order", () => {
    expect(query(ALL)).toEqual({});
    expect(query({ filter: "failed", column: "toll", order: "confidence" })).toEqual({
      stage: "FAILED",
    });
    expect(query({ filter: "weak", column: "toll", order: "confidence" })).toEqual({
      column: "toll",
      standing: "weak",
    });
    expect(query({ filter: "all", column: "toll", order: "-confidence" })).toEqual({
      column: "toll",
      sort: "-confidence",
    });
  });

  it("knows when rows are at their own index", () => {
    expect(isWhole({ ...ALL, column: "toll" })).toBe(true);
    expect(isWhole({ ...ALL, column: "toll", order: "confidence" })).toBe(false);
    expect(cursorBefore(0)).toBeNull();
    expect(cursorBefore(300)).toBe("299-0");
  });
});
