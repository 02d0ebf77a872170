// Parses server-sent events from a stream, because `EventSource` cannot send a bearer token.

export interface ServerEvent {
  name: string;
  data: string;
  id: string | null;
}

/** Takes chunks of text and returns the events that are complete. */
export class EventParser {
  #rest = "";
  #name = "";
  #data: string[] = [];
  #id: string | null = null;

  push(piece: string): ServerEvent[] {
    const lines = (this.#rest + piece).split("\n");
    this.#rest = lines.pop() ?? "";
    return lines.flatMap((line) => this.#line(line.endsWith("\r") ? line.slice(0, -1) : line));
  }

  #line(line: string): ServerEvent[] {
    if (line === "") return this.#end();
    const colon = line.indexOf(":");
    if (colon === 0) return [];
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#name = value;
    else if (field === "data") this.#data.push(value);
    else if (field === "id") this.#id = value;
    return [];
  }

  #end(): ServerEvent[] {
    const event = {
      name: this.#name === "" ? "message" : this.#name,
      data: this.#data.join("\n"),
      id: this.#id,
    };
    const whole = this.#data.length > 0;
    this.#name = "";
    this.#data = [];
    return whole ? [event] : [];
  }
}
