import { describe, expect, it } from "vitest";
import { missing, type Plan, startBody, typedNames, withColumns } from "./plan";

const column = (name: string) => ({ name, type: "string" as const, description: null });
const plan: Plan = {
  keys: ["key"],
  entityType: " bridge ",
  columns: [column("opened")],
  rowLimit: "",
  budget: "",
};

describe("a plan", () => {
  it("reports what is missing", () => {
    expect(missing(plan)).toBeNull();
    expect(missing({ ...plan, keys: [] })).toMatch(/identifies a row/);
    expect(missing({ ...plan, columns: [] })).toMatch(/at least one/);
    expect(missing({ ...plan, rowLimit: "0" })).toMatch(/whole number/);
    expect(missing({ ...plan, budget: "x" })).toMatch(/dollars/);
  });

  it("becomes a request body", () => {
    expect(startBody({ ...plan, rowLimit: "5", budget: "0.5" }, ["key"])).toEqual({
      key_columns: ["key"],
      columns_metadata: [{ name: "opened", type: "string" }],
      entity_type: "bridge",
      row_limit: 5,
      max_cost_usd: 0.5,
    });
  });

  it("fills the blanks of existing columns", () => {
    const body = startBody(plan, ["key", "opened"]);
    expect(body.columns_metadata[0]).toMatchObject({ job_type: "imputation" });
  });

  it("keeps each name once", () => {
    expect(typedNames("opened, length\nopened;")).toEqual(["opened", "length"]);
    expect(
      withColumns(plan, [column("Opened"), column("toll")]).columns.map((c) => c.name),
    ).toEqual(["opened", "toll"]);
  });
});
