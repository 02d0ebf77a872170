import { describe, expect, it } from "vitest";
import { untilLull } from "./lull";

describe("a lull", () => {
  it("is there when no input came for a while", () => {
    expect(untilLull(1000, 1000, -Infinity)).toBe(0);
    expect(untilLull(1000, 1000, 700)).toBe(0);
  });
  it("comes soon after the last input, and not much later under constant input", () => {
    expect(untilLull(1000, 1000, 950)).toBe(150);
    expect(untilLull(3900, 1000, 3890)).toBe(100);
    expect(untilLull(4000, 1000, 3990)).toBe(0);
  });
});
