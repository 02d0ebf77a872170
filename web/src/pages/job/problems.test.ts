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
      reason_code: "sources_disagree",
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
        code: "sources_disagree",
        reason: "sources of equal standing disagree",
        example: "disagree: 1917 by a",
        rows: [0, 1],
      },
    ]);
  });

  it("groups cells by code, whatever their sentences say", () => {
    const cell = (reason: string, reason_code: string | null) => ({
      outcome: "blocked" as const,
      value: null,
      confidence: 0,
      reason,
      reason_code,
      url: null,
      quote: null,
      kept: false,
    });
    const rows = [
      cell("a.example could not be read: the page requires a login", "page_login_wall"),
      cell("b.example could not be read: robots.txt disallows it", "page_robots"),
      cell("c.example could not be read: sign in; not stated on d.example", "page_login_wall"),
      cell("e.example could not be read: new kind", "page_new_kind"),
      cell("f.example could not be read: old cell", null),
    ].map((c, at) => ({ ...row(at, null), cells: { c } }));
    expect(group(rows, "blocked", "c").map((cause) => [cause.code, cause.rows])).toEqual([
      ["page_login_wall", [0, 2]],
      ["page_robots", [1]],
      ["page_new_kind", [3]],
      [null, [4]],
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
      remedy({
        what: "row",
        column: null,
        code: null,
        reason: "the key is blank",
        example: null,
        rows: [],
      }),
    ).toMatch(/file/);
    const blocked = {
      what: "blocked" as const,
      column: "toll",
      reason: "x",
      example: null,
      rows: [],
    };
    expect(remedy({ ...blocked, code: null })).toMatch(/by hand/);
    expect(remedy({ ...blocked, code: "page_needs_scripts" })).toMatch(/scripts/);
  });
});
