import { expect, test } from "@playwright/test";
import { accessible, begin, completed, open } from "./acts";
import { Server } from "./server";

const OWN = "key-of-ada-0123456789abcdef0123456789";
const OTHER = "key-of-bob-0123456789abcdef0123456789";
let server: Server;
test.beforeAll(async () => {
  server = await Server.start({ AUTH: "api-keys", API_KEYS: `ada:${OWN},bob:${OTHER}` });
});
test.afterAll(() => server.remove());

test("no one sees anything without a key, or the data of others with one", async ({ page }) => {
  const complaints = await open(page, server);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await accessible(page, "sign-in");
  const key = page.getByLabel("API key or token");
  const submit = page.locator("form").getByRole("button", { name: "Sign in" });
  await key.fill("wrong");
  await submit.click();
  await expect(page.getByRole("alert")).toBeVisible();
  await key.fill(OWN);
  await submit.click();
  await expect(page.getByText("No tables yet")).toBeVisible();

  await begin(page, "toll", {
    name: "own.csv",
    mimeType: "text/csv",
    buffer: Buffer.from("key,city\nForth Bridge,Edinburgh\n"),
  });
  await completed(page);
  const address = page.url();
  // Exports go through the app, which has the key.
  await page.getByRole("button", { name: "Export" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "CSV", exact: true }).click();
  expect((await download).suggestedFilename()).toMatch(/\.csv$/);

  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await key.fill(OTHER);
  await submit.click();
  await page.goto(address);
  await expect(page.getByRole("heading", { name: "Not found" })).toBeVisible();
  await page.goto(server.url);
  await expect(page.getByText("No tables yet")).toBeVisible();
  expect(complaints).toEqual([]);
});
