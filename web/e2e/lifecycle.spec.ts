import { expect, test, type Page } from "@playwright/test";
import { begin, cellOf, completed, jobOf, large, open, status } from "./acts";
import { Server } from "./server";

let server: Server;
test.beforeEach(async () => {
  server = await Server.start({ CONCURRENCY_ROW_ENRICHMENT_LIMIT: "2" });
});
test.afterEach(() => server.remove());

/** Rows of a run that outlasts its test. */
const MANY = 3000;
/** Rows of a run that is awaited. */
const SOME = 300;

interface Progress {
  status: string;
  rows_by_stage: Record<string, number>;
}

async function progress(page: Page): Promise<Progress> {
  const answer = await fetch(`${server.url}/api/v1/jobs/${jobOf(page)}/progress`);
  return (await answer.json()) as Progress;
}

const done = async (page: Page): Promise<number> =>
  (await progress(page)).rows_by_stage.COMPLETED ?? 0;

test("pause and resume", async ({ page }) => {
  const complaints = await open(page, server);
  await begin(page, "opened", large(MANY));
  await expect.poll(() => done(page)).toBeGreaterThan(2);
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(status(page)).toHaveText("Paused");
  const held = await done(page);
  expect(held).toBeLessThan(MANY);
  await page.getByRole("button", { name: "Resume" }).click();
  await expect(status(page)).toHaveText("Running");
  await expect.poll(() => done(page)).toBeGreaterThan(held);
  expect(complaints).toEqual([]);
});

test("cancel keeps what was found", async ({ page }) => {
  await open(page, server);
  await begin(page, "opened", large(MANY));
  await expect.poll(() => done(page)).toBeGreaterThan(2);
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Cancel the run" }).click();
  await expect(status(page)).toHaveText("Cancelled");
  await expect(page.getByRole("region", { name: "Progress" }).getByText("Cancelled")).toBeVisible();
  await expect(cellOf(page, 0, "opened")).toContainText("1937");
});

test("a reload in mid-run loses nothing", async ({ page }) => {
  await open(page, server);
  await begin(page, "opened", large(SOME));
  await expect.poll(() => done(page)).toBeGreaterThan(2);
  await page.reload();
  await expect(cellOf(page, 0, "opened")).toContainText("1937");
  await completed(page);
});

test("a run that is opened late is followed from now on", async ({ page }) => {
  await open(page, server);
  await begin(page, "opened", large(SOME));
  await expect.poll(() => done(page)).toBeGreaterThan(20);
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(status(page)).toHaveText("Paused");
  const followed = page.waitForRequest(/\/events$/);
  await page.reload();
  const asked = await followed;
  const after = asked.headers()["last-event-id"] ?? "";
  // What the page receives: the state of the run, and none of the rows that changed before.
  const stop = new AbortController();
  const events = await fetch(asked.url(), {
    headers: { "last-event-id": after },
    signal: stop.signal,
  });
  const first = await events.body?.pipeThrough(new TextDecoderStream()).getReader().read();
  stop.abort();
  expect(first?.value).toMatch(/^event: progress/);
  await expect(cellOf(page, 0, "opened")).toContainText("1937");
  await page.getByRole("button", { name: "Resume" }).click();
  await completed(page);
});

test("a server that dies in mid-run comes back to the same page", async ({ page }) => {
  await open(page, server);
  await begin(page, "opened", large(SOME));
  await expect(cellOf(page, 0, "opened")).toContainText("1937");
  await server.end("SIGKILL");
  await expect(page.getByText(/The server is not responding/)).toBeVisible();
  await expect(page.getByText(/Live updates are interrupted/)).toBeVisible();
  await server.run();
  await expect(page.getByText(/Live updates are interrupted/)).toBeHidden({ timeout: 40_000 });
  await completed(page);
  await expect(page.getByText("100% of 300 rows")).toBeVisible();
});

test("a view opened while the server is down appears when it is back", async ({ page }) => {
  await open(page, server);
  await expect(page.getByText("No tables yet")).toBeVisible();
  await server.end("SIGKILL");
  await page.getByRole("link", { name: "Templates" }).click();
  await expect(page.getByText(/The server is not responding/)).toBeVisible();
  await server.run();
  await expect(page.getByRole("heading", { name: "Built in" })).toBeVisible({
    timeout: 40_000,
  });
  await expect(page.getByText(/The server is not responding/)).toBeHidden();
});

test("two windows show the same", async ({ page, context }) => {
  await open(page, server);
  await begin(page, "opened", large(SOME));
  const other = await context.newPage();
  await open(other, server, new URL(page.url()).pathname);
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(status(other)).toHaveText("Paused");
  await other.getByRole("button", { name: "Resume" }).click();
  await completed(page);
  await completed(other);
  await expect(cellOf(other, 3, "opened")).toHaveText(
    (await cellOf(page, 3, "opened").textContent()) ?? "",
  );
});
