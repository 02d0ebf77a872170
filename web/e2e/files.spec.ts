import { expect, test } from "@playwright/test";
import { open, upload } from "./acts";
import { Server } from "./server";

let server: Server;
test.beforeAll(async () => {
  server = await Server.start({ MAX_UPLOAD_BYTES: "200000" });
});
test.afterAll(() => server.remove());

const csv = (text: string | Buffer, name = "table.csv") => ({
  name,
  mimeType: "text/csv",
  buffer: typeof text === "string" ? Buffer.from(text) : text,
});

const BAD: [string, ReturnType<typeof csv>, RegExp][] = [
  ["no content", csv(""), /is empty/],
  ["a header only", csv("key,city\n"), /row|empty/i],
  ["no table", csv("x", "picture.png"), /not a supported/],
  ["headers that repeat", csv("key,key\na,b\n"), /twice|duplicate|same|more than once/i],
  ["JSON other than an array of objects", csv('{"a": 1}', "table.json"), /array|object/i],
  ["too many bytes", csv(`key\n${"a bridge\n".repeat(40_000)}`), /bytes|large/i],
  ["an invalid workbook", csv("not a workbook", "table.xlsx"), /.{20}/],
];

for (const [what, file, words] of BAD) {
  test(`a file with ${what} is refused with a reason`, async ({ page }) => {
    await open(page, server);
    await upload(page, file);
    const alert = page.getByRole("region", { name: "Upload a table" }).getByRole("alert");
    await expect(alert).toContainText(words);
    await expect(page).toHaveURL(/\/$/);
    // The app still works: a good file is accepted after a bad one.
    await expect(page.getByRole("button", { name: "Choose a file" })).toBeEnabled();
  });
}

const TAKEN: [string, ReturnType<typeof csv>, string][] = [
  ["a byte order mark", csv("\uFEFFkey,city\nForth Bridge,Edinburgh\n"), "Forth Bridge"],
  ["Latin-1", csv(Buffer.from("key,city\nKöhlbrandbrücke,Hamburg\n", "latin1")), "Köhlbrandbrücke"],
  [
    "markup in its cells",
    csv('key,city\n"<img src=x onerror=alert(1)>",Rome\n'),
    "<img src=x onerror=alert(1)>",
  ],
  ["ragged rows", csv("key,city\nForth Bridge,Edinburgh\na,b,c\n"), "Forth Bridge"],
];

for (const [what, file, shown] of TAKEN) {
  test(`a file with ${what} is shown as it is`, async ({ page }) => {
    const complaints = await open(page, server);
    await upload(page, file);
    await page.waitForURL(/\/sources\//);
    await expect(page.locator(".ag-cell").getByText(shown, { exact: true }).first()).toBeVisible();
    expect(complaints).toEqual([]);
  });
}
