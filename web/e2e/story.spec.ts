import { readFile } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import { parse } from "./csv";
import { begin, cellOf, completed, INPUT, jobOf, open, TABLE, upload } from "./acts";
import { Server } from "./server";

let server: Server;
test.beforeAll(async () => {
  server = await Server.start();
});
test.afterAll(() => server.remove());

interface Row {
  index: number;
  cells: Record<string, { value: unknown; outcome: string }>;
}

test("from a file to a checked and exported table", async ({ page }) => {
  const complaints = await open(page, server);
  await expect(page.getByText("No tables yet")).toBeVisible();

  await test.step("upload, key, columns, estimate, start", async () => {
    await upload(page, TABLE);
    await page.waitForURL(/\/sources\//);
    await expect(page.getByText("Golden Gate Bridge")).toBeVisible();
    await expect(page.getByRole("checkbox", { name: /^key/ })).toBeChecked();
    await page.getByLabel("What the rows are").fill("bridge");
    await page.getByLabel("New columns").fill("opened, bridge_type, designer");
    await page.getByLabel("New columns").press("Enter");
    await page.getByLabel("Type of opened").selectOption("date");
    await page.getByRole("button", { name: "Edit opened" }).click();
    await page.getByLabel("Description").fill("Date the bridge was opened to traffic");
    await expect(
      page.getByRole("region", { name: "Estimate and start" }).getByText("Searches"),
    ).toBeVisible();
    await page.getByRole("button", { name: "Start", exact: true }).click();
    await page.waitForURL(/\/jobs\//);
    await expect(page).toHaveTitle("Run · AmpleData");
  });

  await test.step("cells fill in by themselves", async () => {
    await expect(cellOf(page, 0, "opened")).toContainText("1937-05-27");
    await completed(page);
    await expect(page.getByText("100% of 36 rows")).toBeVisible();
  });

  await test.step("evidence, by keyboard", async () => {
    await cellOf(page, 0, "opened").click();
    const panel = page.getByRole("complementary", { name: "opened" });
    await expect(panel.locator("mark").first()).toContainText("1937");
    const link = panel.getByRole("link").first();
    await expect(link).toHaveAttribute("rel", "noopener noreferrer");
    await expect(link).toHaveAttribute("href", /^https:\/\//);
    await page.keyboard.press("Escape");
    await expect(panel).toBeHidden();
    await cellOf(page, 1, "opened").press("Enter");
    await expect(panel.getByText("Row 2", { exact: true })).toBeVisible();
    await page.keyboard.press("Escape");
  });

  await test.step("filter, and try just those again", async () => {
    await page.getByLabel("Column", { exact: true }).selectOption("designer");
    await page.getByRole("button", { name: "Missing" }).click();
    await expect(cellOf(page, 0, "designer")).toContainText("not found");
    await page.getByRole("button", { name: "Try these again" }).click();
    await expect(page.getByText(/^Retrying /)).toBeVisible();
    await completed(page);
    await page.getByRole("button", { name: "All", exact: true }).click();
  });

  await test.step("correct a cell, undo it, correct it again", async () => {
    await expect(cellOf(page, 0, "bridge_type")).toBeVisible();
    await page.locator('.ag-row[row-index="0"] [col-id="given:key"]').click();
    for (const key of ["ArrowRight", "ArrowRight", "ArrowRight", "F2"])
      await page.keyboard.press(key);
    const value = page.getByLabel("Correct value");
    await expect(value).toBeFocused();
    await value.fill("my own word");
    await value.press("Enter");
    await expect(cellOf(page, 0, "bridge_type")).toContainText("my own word");
    await page.getByRole("button", { name: "Undo" }).first().click();
    await expect(cellOf(page, 0, "bridge_type")).not.toContainText("my own word");
    await value.fill('corrected, with "quotes"');
    await value.press("Enter");
    await expect(cellOf(page, 0, "bridge_type")).toContainText("corrected, with");
    await expect(page.getByText("Set by hand").first()).toBeVisible();
    await page.getByRole("button", { name: "Close evidence" }).click();
  });

  await test.step("export, cell by cell", async () => {
    await page.getByRole("button", { name: "Export" }).click();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "CSV", exact: true }).click();
    const file = await (await download).path();
    const [header, ...lines] = parse(await readFile(file, "utf8"));
    expect(header).toEqual(["key", "city", "country", "opened", "bridge_type", "designer"]);
    const answer = await fetch(`${server.url}/api/v1/jobs/${jobOf(page)}/rows?limit=1000`);
    const { rows } = (await answer.json()) as { rows: Row[] };
    expect(lines).toHaveLength(INPUT.length);
    expect(rows).toHaveLength(INPUT.length);
    for (const [at, row] of rows.entries()) {
      const found = ["opened", "bridge_type", "designer"].map(
        (column) => row.cells[column]?.value ?? "",
      );
      expect(lines[at], `row ${at + 1}`).toEqual([
        ...(parse(INPUT[at] ?? "")[0] ?? []),
        ...found.map(String),
      ]);
    }
    expect(lines[0]?.[4]).toBe('corrected, with "quotes"');
  });

  await test.step("the report, and a run for another column", async () => {
    await page.getByRole("link", { name: "Report" }).click();
    await expect(page.getByRole("img", { name: /^Coverage/ })).toBeVisible();
    const picture = page.waitForEvent("download");
    await page.getByRole("button", { name: "Coverage of each column as PNG" }).click();
    expect((await picture).suggestedFilename()).toBe("input_bridges-coverage.png");
    const drawing = page.waitForEvent("download");
    await page.getByRole("button", { name: "Coverage of each column as SVG" }).click();
    expect(await readFile(await (await drawing).path(), "utf8")).toContain("<svg");
    await page.goBack();
    await page.getByRole("button", { name: "Add a column" }).click();
    await page.getByLabel("Column names").fill("toll");
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByLabel("Type of toll").selectOption("boolean");
    const before = page.url();
    await page.getByRole("dialog").getByRole("button", { name: "Start" }).click();
    await expect(page).not.toHaveURL(before);
    await completed(page);
    await page.getByRole("tab", { name: "Runs" }).click();
    await expect(page.getByText("(this run)")).toBeVisible();
  });
  expect(complaints).toEqual([]);
});

test("a table is deleted, and the deletion is undone", async ({ page }) => {
  await open(page, server);
  await begin(page, "toll", {
    name: "few.csv",
    mimeType: "text/csv",
    buffer: Buffer.from("key,city\nForth Bridge,Edinburgh\n"),
  });
  await completed(page);
  await page.goto(server.url);
  await page.getByRole("button", { name: "Delete few.csv" }).click();
  await expect(page.getByRole("button", { name: "Delete few.csv" })).toBeHidden();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("button", { name: "Delete few.csv" })).toBeVisible();
  await page.getByRole("button", { name: "Delete few.csv" }).click();
  await page.getByRole("button", { name: "Close notice" }).last().click();
  await expect
    .poll(async () => {
      const listed = (await (await fetch(`${server.url}/api/v1/sources`)).json()) as {
        sources: { name: string }[];
      };
      return listed.sources.map((source) => source.name);
    })
    .not.toContain("few.csv");
});
