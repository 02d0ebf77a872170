import { describe, expect, it } from "vitest";
import { ago, counted, duration, usd, value } from "./format";

describe("formats", () => {
  it("writes values", () => {
    expect(value(1937)).toBe("1937");
    expect(value(1280.16)).toBe("1280.16");
    expect(value(true)).toBe("yes");
    expect(value(["a", 2])).toBe("a, 2");
    expect(value(null)).toBe("");
  });

  it("writes counts, money and time", () => {
    expect(counted(1, "row")).toBe("1 row");
    expect(counted(36000, "row")).toBe("36,000 rows");
    expect(usd(0)).toBe("$0.00");
    expect(usd(0.00042)).toBe("$0.00042");
    expect(usd(12.5)).toBe("$12.50");
    expect(duration(0.2)).toBe("under a second");
    expect(duration(120)).toBe("2 minutes");
    expect(ago("2026-01-01T00:00:00Z", Date.parse("2026-01-01T02:00:00Z"))).toBe("2 hours ago");
  });
});
