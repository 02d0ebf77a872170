import { describe, expect, it } from "vitest";
import type { Column } from "../../api/types";
import { read, written } from "./correction";

const column = (type: Column["type"], more: Partial<Column> = {}): Column => ({
  name: "c",
  type,
  ...more,
});

describe("corrections", () => {
  it("reads values of each type", () => {
    expect(read(" 1 280.5 ", column("number"))).toEqual({ value: 1280.5, wrong: null });
    expect(read("12 ft", column("number")).wrong).toMatch(/number/);
    expect(read("Yes", column("boolean")).value).toBe(true);
    expect(read("maybe", column("boolean")).wrong).toMatch(/yes or no/);
    expect(read("1937-05", column("date")).wrong).toBeNull();
    expect(read("27 May", column("date")).wrong).toMatch(/date/);
    expect(read("arch", column("string", { allowed: ["beam"] })).wrong).toMatch(/beam/);
    expect(read("a; b", column("string", { list: true })).value).toEqual(["a", "b"]);
    expect(read("  ", column("number"))).toEqual({ value: null, wrong: null });
  });

  it("writes what it reads", () => {
    for (const [value, type] of [
      [1280.16, "number"],
      [true, "boolean"],
      ["1937-05-27", "date"],
      ["x y", "string"],
    ] as const) {
      expect(read(written(value), column(type)).value).toEqual(value);
    }
  });
});
