import { describe, expect, it } from "vitest";
import { EventParser } from "./sse";

const stream =
  ': keep\n\nevent: row\nid: 7-3\ndata: {"index":3}\n\ndata: a\r\ndata: b\r\n\r\nevent: end\n\n';

describe("server-sent events", () => {
  it("reads events, comments and lines of data", () => {
    expect(new EventParser().push(stream)).toEqual([
      { name: "row", data: '{"index":3}', id: "7-3" },
      { name: "message", data: "a\nb", id: "7-3" },
    ]);
  });

  it("reads the same events however the text is split", () => {
    const whole = new EventParser().push(stream);
    for (let size = 1; size < stream.length; size += 1) {
      const parser = new EventParser();
      const events = [];
      for (let at = 0; at < stream.length; at += size)
        events.push(...parser.push(stream.slice(at, at + size)));
      expect(events).toEqual(whole);
    }
  });
});
