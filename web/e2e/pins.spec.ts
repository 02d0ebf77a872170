import { expect, test } from "@playwright/test";
import { accessible, begin, cellOf, completed, open } from "./acts";
import { Server } from "./server";

let server: Server;
test.beforeAll(async () => {
  server = await Server.start();
});
test.afterAll(() => server.remove());

test("columns are pinned by menu and key, and stay so", async ({ page }) => {
  const complaints = await open(page, server);
  await begin(page, "opened, designer");
  await completed(page);
  const pinned = (column: string) =>
    page.locator(`.ag-header .ag-grid-pinned-left-cells [col-id="${column}"]`);
  await expect(pinned("given:key")).toBeVisible();
  await expect(pinned("found:opened")).toHaveCount(0);

  await test.step("by the menu", async () => {
    await page.getByRole("button", { name: "Pin columns" }).click();
    await page.getByRole("checkbox", { name: "opened" }).check();
    await expect(pinned("found:opened")).toBeVisible();
    await accessible(page, "pin menu");
    await page.getByRole("checkbox", { name: "key", exact: true }).uncheck();
    await expect(pinned("given:key")).toHaveCount(0);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("button", { name: "Pin columns" })).toBeFocused();
  });

  await test.step("by the key, in a cell and in a header", async () => {
    await cellOf(page, 1, "designer").click();
    await page.keyboard.press("Escape");
    await cellOf(page, 1, "designer").press("p");
    await expect(pinned("found:designer")).toBeVisible();
    await expect(page.getByText("designer is pinned to the left.")).toBeVisible();
    const header = pinned("found:designer");
    await header.focus();
    await header.press("p");
    await expect(pinned("found:designer")).toHaveCount(0);
  });

  await test.step("after a reload, and where the table itself is shown", async () => {
    await page.reload();
    await expect(pinned("found:opened")).toBeVisible();
    await expect(pinned("given:key")).toHaveCount(0);
    await page.getByRole("link", { name: "input_bridges.csv" }).first().click();
    await expect(page.getByText("Golden Gate Bridge")).toBeVisible();
    await expect(pinned("given:key")).toHaveCount(0);
    await page.getByRole("button", { name: "Pin columns" }).click();
    await page.getByRole("checkbox", { name: "key · key" }).check();
    await expect(pinned("given:key")).toBeVisible();
  });
  expect(complaints).toEqual([]);
});
