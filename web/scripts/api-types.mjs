// Writes src/api/schema.d.ts from the OpenAPI document that the server's tests check, so that the app
// cannot be built against an API that the server does not have.
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const snapshot = new URL(
  "../../crates/ampledata/tests/api/snapshots/api__document__openapi.snap",
  import.meta.url,
);
const text = await readFile(snapshot, "utf8");
const begin = text.indexOf("\n---\n");
if (begin < 0) throw new Error(`${snapshot.pathname} is not a snapshot`);
const document = JSON.parse(text.slice(begin + 5));
// Operation ids repeat across the API; the app uses paths.
for (const methods of Object.values(document.paths)) {
  for (const operation of Object.values(methods)) delete operation.operationId;
}
// Which fields exclude each other is checked by the server; as types it would only hide fields.
for (const schema of Object.values(document.components.schemas)) {
  if (schema.properties === undefined) continue;
  delete schema.anyOf;
  delete schema.oneOf;
}
const types = astToString(await openapiTS(document));
await writeFile(new URL("../src/api/schema.d.ts", import.meta.url), types);
