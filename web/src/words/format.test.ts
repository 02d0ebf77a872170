import { describe, expect, it } from "vitest";
import { formatAgo, formatDuration, formatUsd, plural } from "./format";

describe("formats", () => {
  it("shows sums under a cent with what counts in them", () => {
    expect(formatUsd(0.00042)).toContain("0.00042");
    expect(formatUsd(12.3)).toContain("12.30");
    expect(formatUsd(0)).toContain("0.00");
  });

  it("counts rows in words", () => {
    expect(plural(1, "row")).toBe("1 row");
    expect(plural(0, "row")).toBe("0 rows");
  });

  it("speaks of durations in the unit that says most", () => {
    expect(formatDuration(0.2)).toBe("under a second");
    expect(formatDuration(75)).toBe("75 seconds");
    expect(formatDuration(600)).toBe("10 minutes");
    expect(formatDuration(7200)).toBe("2 hours");
  });

  it("looks back from now", () => {
    const now = Date.parse("2026-01-02T00:00:00Z");
    expect(formatAgo("2026-01-01T23:59:50Z", now)).toBe("just now");
    expect(formatAgo("2026-01-01T22:00:00Z", now)).toBe("2 hours ago");
  });
});
