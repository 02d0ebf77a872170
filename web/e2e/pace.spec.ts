// What a run that fills a large table costs the browser, in counts that are the same on any machine.
import { expect, test, type Page } from "@playwright/test";
import { begin, cellOf, large, open, status } from "./acts";
import { Server } from "./server";

interface Counts {
  renders: number;
  rows: number;
  others: number;
  drawn: number;
  moving: number;
}

/** Counts renders of React, requests, and frames in which the table or the counters were changed. */
async function count(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const counts = { renders: 0, rows: 0, others: 0, drawn: 0, moving: 0 };
    Object.assign(window, { counts });
    Object.assign(window, {
      __REACT_DEVTOOLS_GLOBAL_HOOK__: {
        supportsFiber: true,
        renderers: new Map(),
        inject: () => 1,
        checkDCE: () => undefined,
        onCommitFiberRoot: () => {
          counts.renders += 1;
        },
        onPostCommitFiberRoot: () => undefined,
        onCommitFiberUnmount: () => undefined,
      },
    });
    const asked = window.fetch;
    window.fetch = (...given) => {
      const url = given[0] instanceof Request ? given[0].url : given[0].toString();
      if (/\/rows\?/.test(url)) counts.rows += 1;
      else counts.others += 1;
      return asked(...given);
    };
    addEventListener("DOMContentLoaded", () => {
      // Called once for all changes between two idle moments.
      new MutationObserver(() => {
        counts.drawn += 1;
      }).observe(document.body, {
        subtree: true,
        childList: true,
        characterData: true,
        attributes: true,
      });
    });
    setInterval(() => {
      counts.moving += document.getAnimations().length;
    }, 100);
  });
}

async function during(page: Page, seconds: number): Promise<Counts> {
  const at = () => page.evaluate(() => ({ ...(window as unknown as { counts: Counts }).counts }));
  const before = await at();
  await page.waitForTimeout(seconds * 1000);
  const after = await at();
  const names = Object.keys(after) as (keyof Counts)[];
  return Object.fromEntries(
    names.map((name) => [name, after[name] - before[name]]),
  ) as unknown as Counts;
}

test("a run updates the page once a second, however many rows it fills", async ({ page }) => {
  const server = await Server.start();
  try {
    await count(page);
    await open(page, server);
    await begin(page, "opened", large(20_000));
    await cellOf(page, 0, "opened").waitFor();
    // While the visible rows are filled.
    const filling = await during(page, 4);
    await expect(cellOf(page, 10, "opened")).toContainText("%");
    expect(filling.rows, "requests of rows").toBeLessThanOrEqual(6);
    expect(filling.renders, "renders").toBeLessThanOrEqual(10);
    // While other rows are filled.
    await page.mouse.move(600, 10);
    const filled = async () =>
      Number(
        (
          await page
            .getByText(/Cells found/)
            .locator("xpath=following-sibling::dd")
            .innerText()
        ).replace(/ of.*|\D/g, ""),
      );
    const before = await filled();
    const working = await during(page, 5);
    expect(await filled()).toBeGreaterThan(before);
    await expect(status(page)).toHaveText("Running");
    expect(working.rows, "requests of rows").toBe(0);
    expect(working.others, "other requests").toBeLessThanOrEqual(2);
    expect(working.renders, "renders").toBeLessThanOrEqual(8);
    expect(working.drawn, "changes").toBeLessThanOrEqual(12);
    expect(working.moving, "animations").toBe(0);
  } finally {
    await server.remove();
  }
});
