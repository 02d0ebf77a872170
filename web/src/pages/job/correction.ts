// Converts between a cell's value and the text in the form.
import type { Column } from "../../api/types";

interface Read {
  value: unknown;
  wrong: string | null;
}

/** The text of a value for editing: unlike the displayed text, it does not depend on the locale. */
export function written(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.map(written).join("; ");
  return typeof value === "string" || typeof value === "number"
    ? String(value)
    : JSON.stringify(value);
}

const YES = ["yes", "true", "1", "y"];
const NO = ["no", "false", "0", "n"];

/** Parses the text as a value of the column; the server validates it again. */
export function read(text: string, column: Column): Read {
  const trimmed = text.trim();
  if (trimmed === "") return { value: null, wrong: null };
  if (column.list === true) {
    const parts = trimmed
      .split(";")
      .map((part) => read(part, { ...column, list: null }))
      .filter((part) => part.value !== null || part.wrong !== null);
    return {
      value: parts.map((part) => part.value),
      wrong: parts.find((part) => part.wrong !== null)?.wrong ?? null,
    };
  }
  if (column.type === "number") {
    const value = Number(trimmed.replace(/\s/g, ""));
    return Number.isFinite(value)
      ? { value, wrong: null }
      : { value: null, wrong: "Enter a number, such as 1280.5." };
  }
  if (column.type === "boolean") {
    const lower = trimmed.toLowerCase();
    if (YES.includes(lower)) return { value: true, wrong: null };
    return NO.includes(lower)
      ? { value: false, wrong: null }
      : { value: null, wrong: "Enter yes or no." };
  }
  if (column.type === "date" && !/^\d{4}(-\d{2}(-\d{2})?)?$/.test(trimmed)) {
    return { value: null, wrong: "Enter a date, such as 1937-05-27, 1937-05 or 1937." };
  }
  if (column.allowed != null && column.allowed.length > 0 && !column.allowed.includes(trimmed)) {
    return { value: null, wrong: `Choose one of: ${column.allowed.join(", ")}.` };
  }
  return { value: trimmed, wrong: null };
}
