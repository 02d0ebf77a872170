// Lays smaller forms beside the files of the build: the server sends them to whoever takes them.
import { readFile, readdir, writeFile } from "node:fs/promises";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const dist = new URL("../dist/", import.meta.url);
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
for (const entry of await readdir(dist, { recursive: true })) {
  if (!/\.(js|css|html|svg|json)$/.test(entry)) continue;
  const file = new URL(entry, dist);
  const bytes = await readFile(file);
  const forms = { br: brotliCompressSync(bytes, brotli), gz: gzipSync(bytes, { level: 9 }) };
  for (const [ending, packed] of Object.entries(forms)) {
    if (packed.length < bytes.length) await writeFile(new URL(`${entry}.${ending}`, dist), packed);
  }
}
