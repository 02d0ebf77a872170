// Files that go to a bucket instead of the server, sent by a browser: from another origin, under the
// app's Content-Security-Policy.
import { readFile } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import { begin, cellOf, completed, open, TABLE, upload } from "./acts";
import { Bucket } from "./bucket";
import { Server } from "./server";

test("a table goes through a bucket", async ({ page }) => {
  let origin = "";
  const bucket = await Bucket.start(() => origin);
  const server = await Server.start(bucket.settings);
  origin = server.url;
  try {
    const complaints = await open(page, server);
    const sent = page.waitForRequest((request) => request.method() === "PUT");
    await begin(page, "opened", TABLE);
    const put = await sent;
    expect(new URL(put.url()).origin).toBe(bucket.url);
    // The bucket must not see a token of this server.
    expect(await put.headerValue("authorization")).toBeNull();
    await completed(page);
    await expect(cellOf(page, 0, "opened")).toContainText("1937");
    expect(bucket.asked.slice(0, 2)).toEqual(["OPTIONS from a page", "PUT from a page"]);
    expect(bucket.received.map(String)).toEqual([await readFile(TABLE, "utf8")]);
    expect(bucket.refused).toEqual([]);
    expect([...bucket.objects.keys()], "a loaded file is deleted from the bucket").toEqual([]);
    // Requests to the bucket are intended; nothing else may have been reported.
    expect(complaints.filter((complaint) => !complaint.startsWith(`asked ${bucket.url}/`))).toEqual(
      [],
    );
  } finally {
    await server.remove();
    await bucket.close();
  }
});

test("a bucket that refuses the page is reported", async ({ page }) => {
  const bucket = await Bucket.start(() => "https://elsewhere.example");
  const server = await Server.start(bucket.settings);
  try {
    await page.goto(server.url);
    await upload(page, TABLE);
    await expect(page.getByRole("alert")).toContainText("could not be sent");
    await expect(page.getByText("Drop a table here")).toBeVisible();
    expect([...bucket.objects.keys()]).toEqual([]);
  } finally {
    await server.remove();
    await bucket.close();
  }
});
