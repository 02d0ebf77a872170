// Formats numbers, dates and counts in the user's locale.
const locale = typeof navigator === "undefined" ? "en" : navigator.language;
const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const any = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 });
const plainNumber = new Intl.NumberFormat(locale, { maximumFractionDigits: 6, useGrouping: false });
const percentage = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
const moment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
const list = new Intl.ListFormat(locale, { type: "conjunction" });

export const count = (n: number): string => whole.format(n);
export const number = (n: number): string => any.format(n);
export const percent = (share: number): string => percentage.format(share);
export const names = (items: string[]): string => list.format(items);

/** A count with its noun. */
export const counted = (n: number, one: string, many = `${one}s`): string =>
  `${count(n)} ${n === 1 ? one : many}`;

export function usd(amount: number): string {
  const digits = amount === 0 || amount >= 1 ? 2 : amount >= 0.01 ? 3 : 5;
  const format = {
    style: "currency",
    currency: "USD",
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: 2,
    maximumFractionDigits: digits,
  } as const;
  return new Intl.NumberFormat(locale, format).format(amount);
}

export const dateTime = (iso: string): string => moment.format(new Date(iso));

export function date(iso: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(iso) ? day.format(new Date(`${iso}T00:00:00Z`)) : iso;
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["second", 60],
  ["minute", 60],
  ["hour", 24],
  ["day", 30],
  ["month", 12],
  ["year", Infinity],
];

export function ago(iso: string, now = Date.now()): string {
  let amount = (new Date(iso).getTime() - now) / 1000;
  for (const [unit, size] of STEPS) {
    if (Math.abs(amount) < size) return relative.format(Math.round(amount), unit);
    amount /= size;
  }
  return "";
}

export function duration(seconds: number): string {
  if (seconds < 1) return "under a second";
  if (seconds < 90) return counted(Math.round(seconds), "second");
  if (seconds < 5400) return counted(Math.round(seconds / 60), "minute");
  return `${number(Math.round(seconds / 360) / 10)} hours`;
}

/** A value of a cell. Numbers are not grouped, as they may be years or identifiers. */
export function value(given: unknown): string {
  if (given === null || given === undefined) return "";
  if (typeof given === "boolean") return given ? "yes" : "no";
  if (typeof given === "number") return plainNumber.format(given);
  if (Array.isArray(given)) return given.map(value).join(", ");
  return typeof given === "string" ? given : JSON.stringify(given);
}
