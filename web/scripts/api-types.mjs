// Writes src/api/schema.d.ts from the OpenAPI document that the server's tests hold it to. The types
// cannot drift from the API: whoever changes it changes that snapshot, and the page is checked against it.
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const snapshot = new URL(
  "../../crates/ampledata/tests/api/snapshots/api__document__openapi.snap",
  import.meta.url,
);
const target = new URL("../src/api/schema.d.ts", import.meta.url);

const text = await readFile(snapshot, "utf8");
// The head of a snapshot stands between two lines of dashes.
const begin = text.indexOf("\n---\n");
if (!text.startsWith("---\n") || begin < 0) {
  throw new Error(`${snapshot.pathname} is not a snapshot as it was expected`);
}
const document = JSON.parse(text.slice(begin + 5));
// Several operations share a name; the types go by path and need none.
for (const path of Object.values(document.paths)) {
  for (const operation of Object.values(path)) delete operation.operationId;
}
const types = astToString(await openapiTS(document, { alphabetize: true }));
const previous = await readFile(target, "utf8").catch(() => "");
if (previous !== types) {
  await writeFile(target, types);
}
