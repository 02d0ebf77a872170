/** The rows of a CSV file, quotes and line breaks within them included. */
export function parse(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = "";
  let quoted = false;
  const signs = Array.from(text.replace(/^\uFEFF/, ""));
  for (let at = 0; at < signs.length; at += 1) {
    const sign = signs[at] ?? "";
    if (quoted && sign === '"' && signs[at + 1] === '"') {
      field += '"';
      at += 1;
    } else if (sign === '"') quoted = !quoted;
    else if (!quoted && sign === ",") {
      row.push(field);
      field = "";
    } else if (!quoted && sign === "\n") {
      rows.push([...row, field]);
      row = [];
      field = "";
    } else if (quoted || sign !== "\r") field += sign;
  }
  return field === "" && row.length === 0 ? rows : [...rows, [...row, field]];
}
