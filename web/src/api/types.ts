// The API's types under the names that the app uses.
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Source = Schemas["SourceItem"];
export type SourceRow = Omit<Schemas["SourceRowItem"], "cells"> & {
  cells: Record<string, unknown>;
};
export type JobSummary = Schemas["JobItem"];
export type Job = Schemas["JobDetail"];
/** A job's results, counted over all its rows. */
export type Report = Schemas["JobSummary"];
export type ColumnReport = Schemas["ColumnSummary"];
export type Column = Schemas["ColumnSpec"];
/** A cell in a list; the OpenAPI document describes these only as objects. */
export interface Cell {
  outcome: Outcome;
  value: unknown;
  confidence: number;
  reason: string;
  /** The reason as a stable code; null in cells of older versions. */
  reason_code: string | null;
  url: string | null;
  quote: string | null;
  kept: boolean;
}
export type JobRow = Omit<Schemas["RowItem"], "cells" | "given"> & {
  cells: Record<string, Cell | undefined>;
  /** The values of the input table, if they were requested. */
  given?: Record<string, unknown> | null;
};
export type CellDetail = Schemas["CellDetail"];
export type CellContent = Schemas["CellContent"];
export type Proof = Schemas["Proof"];
export type Attempt = Schemas["Attempt"];
export type Estimate = Schemas["Estimated"];
export type Template = Schemas["TemplateItem"];
export type StartBody = Schemas["Start"];
export type KeyAnswer = Schemas["KeyAnswer"];

export type Status = "PENDING" | "RUNNING" | "PAUSED" | "CANCELLED" | "COMPLETED" | "FAILED";
export type Outcome = "found" | "absent" | "blocked" | "conflict" | "error";
export type Standing = "weak" | "absent" | "blocked" | "conflict" | "error";

/** Statuses after which no row changes. */
export const isOver = (status: string): boolean =>
  ["CANCELLED", "COMPLETED", "FAILED"].includes(status);
