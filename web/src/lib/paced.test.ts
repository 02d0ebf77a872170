import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Paced } from "./paced";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("shows the first and the last of a hundred changes in a second", () => {
  const paced = new Paced(0, 1000);
  const seen: number[] = [];
  paced.subscribe(() => seen.push(paced.get()));
  for (let at = 1; at <= 100; at += 1, vi.advanceTimersByTime(10)) paced.put(at);
  expect(seen).toEqual([1, 100]);
  vi.advanceTimersByTime(5000);
  expect(seen).toEqual([1, 100]);
  paced.put(101);
  expect(seen).toEqual([1, 100, 101]);
});

it("shows an urgent value at once", () => {
  const paced = new Paced("a", 1000);
  const seen: string[] = [];
  paced.subscribe(() => seen.push(paced.get()));
  paced.put("b");
  paced.put("c");
  paced.putNow("d");
  expect(seen).toEqual(["b", "d"]);
  vi.advanceTimersByTime(5000);
  expect(seen).toEqual(["b", "d"]);
});

it("does not notify listeners that have left", () => {
  const paced = new Paced(0, 1000);
  const seen: number[] = [];
  paced.subscribe(() => seen.push(paced.get()))();
  paced.put(1);
  expect(seen).toEqual([]);
  expect(paced.get()).toBe(1);
});
