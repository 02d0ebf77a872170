import { describe, expect, it } from "vitest";
import { match } from "./router";

describe("paths", () => {
  it("finds parameters", () => {
    expect(match("/", "/")).toEqual({});
    expect(match("/jobs/:id", "/jobs/a%20b")).toEqual({ id: "a b" });
    expect(match("/jobs/:id/report", "/jobs/x/report/")).toEqual({ id: "x" });
  });

  it("rejects other paths", () => {
    expect(match("/jobs/:id", "/jobs")).toBeNull();
    expect(match("/jobs/:id", "/jobs/x/y")).toBeNull();
    expect(match("/jobs/:id", "/sources/x")).toBeNull();
    expect(match("/jobs/:id", "/jobs/%E0%A4%A")).toBeNull();
  });
});
