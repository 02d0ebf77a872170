import { describe, expect, it } from "vitest";
import { reachable, unsent } from "./upload";

describe("where files are sent", () => {
  const page = "https://tables.example/sources";
  it("goes by the page's own scheme where the host is the same", () => {
    expect(reachable("http://tables.example/uploads/1?s=2", new URL(page))).toBe("/uploads/1?s=2");
    expect(reachable("https://bucket.example/1?s=2", new URL(page))).toBe(
      "https://bucket.example/1?s=2",
    );
  });
  it("says of a bucket what may be wrong with it, and of the server that it is away", () => {
    expect(unsent("/uploads/1", page).code).toBe("offline");
    const { code, message } = unsent("https://bucket.example/1", page);
    expect(code).toBe("bucket_unreachable");
    expect(message).toContain("bucket.example");
    expect(message).toContain("https://tables.example");
  });
});
