// The settings of a run before it is started.
import type { Column, StartBody } from "../../api/types";

export const KINDS = ["string", "number", "boolean", "date"] as const;

export interface Plan {
  keys: string[];
  entityType: string;
  columns: Column[];
  rowLimit: string;
  budget: string;
}

/** Why the plan cannot be started yet, as a text beside the button; null if it can. */
export function missing(plan: Plan): string | null {
  if (plan.keys.length === 0) return "Choose the column that identifies a row.";
  if (plan.columns.length === 0) return "Add at least one column.";
  if (plan.columns.some((column) => column.name.trim() === "")) return "Every column needs a name.";
  if (plan.rowLimit !== "" && !/^[1-9]\d*$/.test(plan.rowLimit))
    return "The number of rows must be a whole number of 1 or more.";
  if (plan.budget !== "" && !(Number(plan.budget) >= 0 && Number(plan.budget) <= 1e6))
    return "The budget must be an amount in US dollars.";
  return null;
}

/** The request body of `start`, `estimate` and `enrich`. */
export function startBody(plan: Plan, headers: string[]): StartBody {
  const columns = plan.columns.map((column) => {
    const given = Object.entries({ ...column, name: column.name.trim() }).filter(
      ([, value]) => value !== null && value !== "",
    );
    const spec = Object.fromEntries(given) as Column;
    return headers.includes(spec.name) ? { ...spec, job_type: "imputation" as const } : spec;
  });
  return {
    key_columns: plan.keys,
    columns_metadata: columns,
    ...(plan.entityType.trim() === "" ? {} : { entity_type: plan.entityType.trim() }),
    ...(plan.rowLimit === "" ? {} : { row_limit: Number(plan.rowLimit) }),
    ...(plan.budget === "" ? {} : { max_cost_usd: Number(plan.budget) }),
  };
}

/** Adds the columns whose names are new. */
export function withColumns(plan: Plan, added: Column[]): Plan {
  const known = new Set(plan.columns.map((column) => column.name.toLowerCase()));
  const fresh = added.filter((column) => !known.has(column.name.toLowerCase()));
  return { ...plan, columns: [...plan.columns, ...fresh] };
}

/** Splits typed text into names, at commas, semicolons and line breaks. */
export const typedNames = (text: string): string[] => [
  ...new Set(
    text
      .split(/[,;\n]/)
      .map((name) => name.trim())
      .filter((name) => name !== ""),
  ),
];
