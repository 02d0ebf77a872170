import { describe, expect, it } from "vitest";
import { pinnable, read, withPins } from "./pins";

describe("pins", () => {
  const columns = [
    { colId: "index", headerName: "Row", pinned: "left" as const, lockPinned: true },
    { colId: "given:key", headerName: "key", pinned: "left" as const },
    { colId: "found:opened", headerName: "opened" },
  ];

  it("follow the definitions until the user chooses", () => {
    expect(pinnable(columns, {}).map(({ id, pinned }) => [id, pinned])).toEqual([
      ["given:key", true],
      ["found:opened", false],
    ]);
    const chosen = { "given:key": false, "found:opened": true };
    expect(pinnable(columns, chosen).map(({ pinned }) => pinned)).toEqual([false, true]);
    expect(withPins(columns, chosen).map(({ pinned }) => pinned)).toEqual(["left", null, "left"]);
  });

  it("are read from storage, whatever it holds", () => {
    expect(read(null)).toEqual({});
    expect(read("{")).toEqual({});
    expect(read("[true]")).toEqual({});
    expect(read('{"a":true,"b":"x","c":false}')).toEqual({ a: true, c: false });
  });
});
