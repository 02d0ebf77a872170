// Names and values that are longer than the designs assume.
import { expect, test } from "@playwright/test";
import { accessible, begin, completed, INPUT, open } from "./acts";
import { Server } from "./server";

const NAME =
  "a rather long name of a file that was exported from some other system (2026-11-23, final, corrected).csv";
const LINES = [
  "key,city,a column with quite a long header that goes on",
  ...INPUT.slice(0, 15),
  `"${"An exceedingly long name of a bridge ".repeat(9).trim()}",Nowhere,x`,
  "ragged,one,two,three,four",
  "short",
];

for (const width of [1280, 390]) {
  test(`nothing overflows a screen of ${width} px, however long its name`, async ({ page }) => {
    const server = await Server.start();
    try {
      await page.setViewportSize({ width, height: 800 });
      await open(page, server);
      const inside = async (where: string) => {
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth),
          where,
        ).toBeLessThanOrEqual(width);
        await accessible(page, where);
      };
      await begin(page, "opened, designer_of_the_whole_structure_and_its_approaches, toll", {
        name: NAME,
        mimeType: "text/csv",
        buffer: Buffer.from(`${LINES.join("\n")}\n`),
      });
      await completed(page);
      await inside("cells");
      await page.getByRole("button", { name: "Pin columns" }).click();
      const menu = await page.locator(".menu").boundingBox();
      expect(menu?.x).toBeGreaterThanOrEqual(0);
      expect((menu?.x ?? 0) + (menu?.width ?? width)).toBeLessThanOrEqual(width);
      await inside("pins");
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Error", exact: true }).click();
      await expect(page.getByText("No cells of opened match this filter.")).toBeVisible();
      await page.getByRole("tab", { name: "Issues" }).click();
      // Lines with the same fault are one issue, and a retry does not fix them.
      const failed = page.locator(".cause").filter({ hasText: "Failed rows" });
      await expect(failed).toHaveCount(1);
      await expect(failed.getByText("2 rows")).toBeVisible();
      await expect(failed.getByRole("button", { name: "Try again" })).toHaveCount(0);
      await inside("problems");
      await failed.getByRole("button", { name: "Show" }).click();
      await expect(page.locator(".ag-row")).toHaveCount(2);
      await page.getByRole("link", { name: "Report" }).click();
      await expect(page.getByRole("img", { name: /^Coverage/ })).toBeVisible();
      await inside("report");
    } finally {
      await server.remove();
    }
  });
}
