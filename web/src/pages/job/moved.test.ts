import { expect, it } from "vitest";
import { Moved } from "./moved";

it("returns each changed row once, within the range", () => {
  const moved = new Moved(10);
  for (const index of [1, 3, 3, 9, 10, 4711]) moved.add(index);
  expect(moved.take(2, 9)).toEqual([3]);
  expect(moved.take(-5, 50)).toEqual([1, 9]);
  expect(moved.take(0, 10)).toEqual([]);
});
