// Finds a value in the quote that proves it.

export interface Piece {
  text: string;
  marked: boolean;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** The ways a value may be written in a quote, likeliest first. */
function spellings(value: unknown): RegExp[] {
  if (typeof value === "number") {
    const [whole = "", part] = Math.abs(value).toString().split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, "[\\s.,'’\u202f\u00a0]?");
    return [new RegExp(`(?<!\\d)${grouped}${part === undefined ? "" : `[.,]${part}\\d*`}(?!\\d)`)];
  }
  if (typeof value !== "string" || value === "") return [];
  const dated = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(value);
  if (dated !== null)
    return dateSpellings(dated[1] ?? "", Number(dated[2] ?? 0), Number(dated[3] ?? 0), value);
  return [new RegExp(escaped(value).replace(/\s+/g, "\\s+"), "i")];
}

function dateSpellings(year: string, month: number, day: number, iso: string): RegExp[] {
  const near = `[^\\d]{1,14}`;
  const whole = [new RegExp(escaped(iso))];
  if (day > 0) {
    whole.push(new RegExp(`\\p{L}+\\.?\\s+0?${day}(?:st|nd|rd|th)?,?\\s+${year}`, "iu"));
    whole.push(
      new RegExp(
        `(?<!\\d)0?${day}(?:st|nd|rd|th|er|\\.)?(?:${near}|[./-]0?${month}[./-])${year}`,
        "i",
      ),
    );
  }
  return [...whole, new RegExp(`(?<!\\d)${year}(?!\\d)`)];
}

/** Splits the quote into pieces, with the value marked if it is found. */
export function mark(quote: string, value: unknown): Piece[] {
  const values = Array.isArray(value) ? (value as unknown[]) : [value];
  for (const each of values) {
    for (const spelling of spellings(each)) {
      const found = spelling.exec(quote);
      if (found === null || found[0] === "") continue;
      const end = found.index + found[0].length;
      return [
        { text: quote.slice(0, found.index), marked: false },
        { text: found[0], marked: true },
        { text: quote.slice(end), marked: false },
      ].filter((piece) => piece.text !== "");
    }
  }
  return [{ text: quote, marked: false }];
}

/** How many characters are shown before and after a quote. */
const AROUND = 140;

/** The last whole words before a quote. */
export function lead(before: string): string {
  const kept = before.slice(-AROUND);
  const cut = kept.length < before.trimStart().length;
  const whole = cut ? kept.replace(/^\S*\s+/, "") : kept.trimStart();
  return cut && whole !== "" ? `… ${whole}` : whole;
}

/** The first whole words after a quote. */
export function trail(after: string): string {
  const kept = after.slice(0, AROUND);
  const cut = kept.length < after.trimEnd().length;
  const whole = cut ? kept.replace(/\s+\S*$/, "") : kept.trimEnd();
  return cut && whole !== "" ? `${whole} …` : whole;
}

/** A URL that is safe to link to: http and https only, nothing that runs code. */
export function webAddress(text: string): URL | null {
  try {
    const url = new URL(text);
    return url.protocol === "http:" || url.protocol === "https:" ? url : null;
  } catch {
    return null;
  }
}
