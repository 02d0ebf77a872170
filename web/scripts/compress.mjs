// Writes a brotli and a gzip version of each file of the build, which the server sends to clients that
// accept them, and fails if the first load is too large.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const FIRST_LOAD_BYTES = 300 * 1024;
const dist = fileURLToPath(new URL("../dist", import.meta.url));
const names = await readdir(dist, { recursive: true });
const sizes = new Map();
for (const name of names.filter((name) => /\.(html|js|css|svg|json|txt)$/.test(name))) {
  const plain = await readFile(join(dist, name));
  const quality = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
  };
  const brotli = brotliCompressSync(plain, { params: quality });
  const gzip = gzipSync(plain, { level: 9 });
  await writeFile(join(dist, `${name}.br`), brotli);
  await writeFile(join(dist, `${name}.gz`), gzip);
  sizes.set(name, gzip.length);
}
const index = await readFile(join(dist, "index.html"), "utf8");
const first = [...sizes].filter(([name]) => name === "index.html" || index.includes(name));
const total = first.reduce((sum, [, size]) => sum + size, 0);
console.log(`first load: ${(total / 1024).toFixed(1)} KB gzip in ${first.length} files`);
if (total > FIRST_LOAD_BYTES) throw new Error("the first load is larger than 300 KB");
