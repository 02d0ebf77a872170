import { describe, expect, it } from "vitest";
import { lead, mark, webAddress, trail } from "./mark";

const marked = (quote: string, value: unknown) =>
  mark(quote, value)
    .filter((piece) => piece.marked)
    .map((piece) => piece.text);

describe("marking a value", () => {
  it("finds numbers however they are grouped", () => {
    expect(marked("Main span: 1,280.16 m (4,200 ft)", 1280.16)).toEqual(["1,280.16"]);
    expect(marked("a length of 2.737 Metern", 2737)).toEqual(["2.737"]);
    expect(marked("built 12345", 234)).toEqual([]);
  });

  it("finds dates in words and figures", () => {
    expect(marked("opened on 27 May 1937 to traffic", "1937-05-27")).toEqual(["27 May 1937"]);
    expect(marked("Opened May 27, 1937", "1937-05-27")).toEqual(["May 27, 1937"]);
    expect(marked("eröffnet am 27.05.1937", "1937-05-27")).toEqual(["27.05.1937"]);
    expect(marked("since 1937", "1937-05-27")).toEqual(["1937"]);
  });

  it("finds text in any case, and keeps the whole quote", () => {
    expect(marked("A Suspension bridge", "suspension")).toEqual(["Suspension"]);
    expect(
      mark("by A.B. (Co.)", "a.b. (co.)")
        .map((piece) => piece.text)
        .join(""),
    ).toBe("by A.B. (Co.)");
    expect(mark("nothing", true)).toEqual([{ text: "nothing", marked: false }]);
  });
});

describe("links", () => {
  it("lead only to http and https", () => {
    expect(webAddress("https://a.example/x")?.host).toBe("a.example");
    expect(webAddress("javascript:alert(1)")).toBeNull();
    expect(webAddress("file:///etc/passwd")).toBeNull();
    expect(webAddress("nonsense")).toBeNull();
  });
});

describe("the words around a quote", () => {
  it("are whole and few", () => {
    expect(lead(" All of it. ")).toBe("All of it. ");
    expect(lead("")).toBe("");
    expect(lead(`begun ${"word ".repeat(100)}`)).toMatch(/^… (word ){20,30}$/);
    expect(trail(" by two brothers. ")).toBe(" by two brothers.");
    expect(trail(` ${"word ".repeat(100)}`)).toMatch(/^( word){20,30} …$/);
  });
});
