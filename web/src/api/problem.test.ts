import { describe, expect, it } from "vitest";
import { explain, Problem, problemOf, sentence } from "./problem";

describe("errors", () => {
  it("keeps the server's own message", () => {
    const read = problemOf(
      409,
      '{"code":"wrong_job_status","message":"the job is RUNNING","details":{"status":"RUNNING"}}',
      "r1",
    );
    expect(read.code).toBe("wrong_job_status");
    expect(read.details).toEqual({ status: "RUNNING" });
    expect(explain(read)).toBe("The job is RUNNING.");
  });

  it("reports responses that are not the server's own", () => {
    expect(explain(problemOf(502, "<html>Bad Gateway</html>", null))).toBe(
      "The server answered with status 502.",
    );
    expect(problemOf(500, '{"message":1}', null).code).toBe("unexpected_answer");
    expect(explain(Problem.offline())).toMatch(/cannot be reached/);
  });

  it("names the request of an internal error, to find it in the log", () => {
    expect(explain(problemOf(500, '{"code":"internal_error","message":"x"}', "abc"))).toContain(
      "Request abc.",
    );
  });

  it("makes sentences", () => {
    expect(sentence("a file is empty")).toBe("A file is empty.");
    expect(sentence("Why?")).toBe("Why?");
    expect(sentence("  ")).toBe("");
  });
});
