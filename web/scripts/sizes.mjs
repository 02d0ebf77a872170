// Prints what a first visit loads, and what comes on demand, compressed as a server would send it.
import { readFile, readdir } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url);
const LIMIT = 300_000;
const html = await readFile(new URL("index.html", dist), "utf8");
const first = new Set([...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((found) => found[1]));
let total = gzipSync(html).length;
for (const name of (await readdir(new URL("assets/", dist))).sort()) {
  if (/\.(br|gz)$/.test(name)) continue;
  const bytes = await readFile(new URL(`assets/${name}`, dist));
  const packed = gzipSync(bytes, { level: 9 }).length;
  const isFirst = first.has(`assets/${name}`);
  if (isFirst) total += packed;
  console.log(`${isFirst ? "first " : "later "} ${String(packed).padStart(8)} gzip ${String(bytes.length).padStart(9)}  ${name}`);
}
console.log(`first load: ${total} bytes compressed of at most ${LIMIT}`);
if (total > LIMIT) process.exit(1);
