// Interaction to next paint on a table of many rows, while its run is in progress and at rest.
import { test, type Page } from "@playwright/test";
import { begin, cellOf, large, open, status } from "../e2e/acts";
import { Server } from "../e2e/server";

const ROWS = Number(process.env.ROWS ?? 100_000);

interface Taken {
  what: string;
  ms: number;
}

/** The browser's own measurement (Event Timing) of each interaction longer than 16 ms. */
async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const taken: Taken[] = [];
    Object.assign(window, { taken });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEventTiming & {
        interactionId?: number;
      })[]) {
        if ((entry.interactionId ?? 0) > 0) taken.push({ what: entry.name, ms: entry.duration });
      }
    }).observe({
      type: "event",
      durationThreshold: 16,
      buffered: false,
    } as PerformanceObserverInit);
  });
}

async function interact(page: Page): Promise<number> {
  let acts = 0;
  const key = async (name: string, times: number) => {
    for (let at = 0; at < times; at += 1, acts += 1) {
      await page.keyboard.press(name);
      await page.waitForTimeout(50);
    }
  };
  await cellOf(page, 0, "opened").click();
  await page.keyboard.press("Escape");
  await key("ArrowDown", 20);
  await key("PageDown", 20);
  await page.mouse.move(600, 400);
  for (let at = 0; at < 40; at += 1) {
    await page.mouse.wheel(0, 3000);
    await page.waitForTimeout(25);
  }
  await page.locator('.ag-row [col-id="found:opened"]').nth(6).click();
  await key("ArrowRight", 4);
  await key("ArrowUp", 20);
  await page.keyboard.press("Escape");
  return acts + 3;
}

async function report(page: Page, when: string, acts: number): Promise<void> {
  await page.waitForTimeout(500);
  const taken = await page.evaluate(() =>
    (window as unknown as { taken: Taken[] }).taken.splice(0),
  );
  const sorted = taken.map((one) => one.ms).sort((a, b) => b - a);
  const slowest = taken.reduce<Taken>((most, one) => (one.ms > most.ms ? one : most), {
    what: "none",
    ms: 0,
  });
  const rows = await page.locator('.ag-row [col-id="found:opened"]').count();
  console.log(
    `${when}: ${acts} acts, slowest ${slowest.ms} ms (${slowest.what}), ${sorted.filter((ms) => ms > 200).length} over 200 ms,`,
    `${sorted.length} over 16 ms, ${rows} rows in the page`,
  );
}

test("interactions on a large table", async ({ page }) => {
  const server = await Server.start();
  try {
    await open(page, server);
    await begin(page, "opened", large(ROWS));
    await cellOf(page, 0, "opened").waitFor();
    await watch(page);
    await report(page, `${ROWS} rows, run in progress`, await interact(page));
    await page.getByRole("button", { name: "Pause" }).click();
    await status(page).getByText("Paused").waitFor();
    await page.reload();
    await cellOf(page, 0, "opened").waitFor();
    await watch(page);
    await report(page, `${ROWS} rows, at rest`, await interact(page));
  } finally {
    await server.remove();
  }
});
