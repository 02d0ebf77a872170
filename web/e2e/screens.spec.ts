import { expect, test } from "@playwright/test";
import { accessible, begin, cellOf, completed, open } from "./acts";
import { Server } from "./server";

let server: Server;
test.beforeAll(async () => {
  server = await Server.start();
});
test.afterAll(() => server.remove());

for (const theme of ["light", "dark"] as const) {
  for (const width of [1280, 390]) {
    test(`every screen, ${theme}, ${width} px wide`, async ({ page }, info) => {
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height: width === 390 ? 844 : 800 });
      const complaints = await open(page, server);
      const look = async (name: string) => {
        await accessible(page, `${name}, ${theme}, ${width}`);
        // Nothing is wider than the screen.
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth),
          name,
        ).toBeLessThanOrEqual(width);
        await page.screenshot({ path: info.outputPath(`${name}.png`), fullPage: true });
      };
      await expect(page.getByText("Drop a table here")).toBeVisible();
      await begin(page, "opened, designer, toll");
      await completed(page);
      await expect(cellOf(page, 0, "opened")).toContainText("1937");
      await look("job");
      await cellOf(page, 0, "opened").click();
      await expect(page.locator(".proof").first()).toBeVisible();
      await look("evidence");
      await page.getByRole("button", { name: "Close evidence" }).click();
      await page.getByRole("tab", { name: "Issues" }).click();
      await expect(page.getByRole("tabpanel").locator(".cause, .state").first()).toBeVisible();
      await look("problems");
      await page.getByRole("tab", { name: "Runs" }).click();
      await expect(page.getByText("(this run)")).toBeVisible();
      await look("runs");
      await page.getByRole("button", { name: "Add a column" }).click();
      await look("add-column");
      await page.getByRole("button", { name: "Close", exact: true }).last().click();
      await page.getByRole("link", { name: "Report" }).click();
      await expect(page.getByRole("img", { name: /^Coverage/ })).toBeVisible();
      await look("report");
      await page.getByRole("link", { name: "Tables", exact: true }).first().click();
      await expect(page.getByRole("heading", { name: "Latest runs" })).toBeVisible();
      await look("home");
      await page.getByRole("link", { name: "input_bridges.csv" }).first().click();
      await expect(page.getByText("Golden Gate Bridge")).toBeVisible();
      await look("source");
      await page.getByRole("link", { name: "Templates" }).click();
      await expect(page.getByRole("heading", { name: "Built in" })).toBeVisible();
      await look("templates");
      await page.getByRole("link", { name: "Settings" }).click();
      for (const tab of ["Server", "Providers", "API keys", "Webhooks", "Usage"]) {
        await page.getByRole("tab", { name: tab }).click();
        await page.waitForLoadState("networkidle");
        await look(`settings-${tab.toLowerCase().replace(" ", "-")}`);
      }
      await page.goto(`${server.url}/nowhere`);
      await expect(page.getByText("Page not found")).toBeVisible();
      await look("nowhere");
      expect(complaints).toEqual([]);
    });
  }
}
