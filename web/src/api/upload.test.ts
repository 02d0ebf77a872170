import { describe, expect, it } from "vitest";
import { reachable, unsent } from "./upload";

describe("where files are sent", () => {
  const page = "https://tables.example/sources";
  it("uses the page's own scheme when the host is the same", () => {
    expect(reachable("http://tables.example/uploads/1?s=2", new URL(page))).toBe("/uploads/1?s=2");
    expect(reachable("https://bucket.example/1?s=2", new URL(page))).toBe(
      "https://bucket.example/1?s=2",
    );
  });
  it("reports what may be wrong with a bucket, and that the server is unreachable", () => {
    expect(unsent("/uploads/1", page).code).toBe("offline");
    const { code, message } = unsent("https://bucket.example/1", page);
    expect(code).toBe("bucket_unreachable");
    expect(message).toContain("bucket.example");
    expect(message).toContain("https://tables.example");
  });
});
