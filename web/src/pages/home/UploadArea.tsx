import { useQueryClient } from "@tanstack/react-query";
import { type DragEvent, useRef, useState } from "react";
import { explain } from "../../api/problem";
import { ACCEPT, upload } from "../../api/upload";
import { go } from "../../app/router";
import { percent } from "../../lib/format";
import { Button } from "../../ui/controls";
import { Icon } from "../../ui/icons";
import { Callout, Progress } from "../../ui/states";

interface Sending {
  name: string;
  share: number;
  stop: AbortController;
}

/** Uploads a dropped or chosen file and opens its page. */
export function UploadArea({ large }: { large: boolean }) {
  const [sending, setSending] = useState<Sending | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const client = useQueryClient();

  const take = async (files: FileList | null) => {
    const file = files?.[0];
    if (file === undefined || sending !== null) return;
    if (files !== null && files.length > 1)
      return setWrong("Upload one file at a time: each becomes a table of its own.");
    const stop = new AbortController();
    setWrong(null);
    setSending({ name: file.name, share: 0, stop });
    try {
      const sent = await upload(
        file,
        (share) => setSending({ name: file.name, share, stop }),
        stop.signal,
      );
      await Promise.all([
        client.invalidateQueries({ queryKey: ["sources"] }),
        client.invalidateQueries({ queryKey: ["jobs"] }),
      ]);
      go(`/sources/${sent.sourceId}`);
    } catch (error) {
      if (!stop.signal.aborted) setWrong(explain(error));
      await client.invalidateQueries();
    } finally {
      setSending(null);
      if (input.current !== null) input.current.value = "";
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files);
  };
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the button does the same by keyboard
    <section
      className={`drop ${large ? "large" : ""} ${over ? "over" : ""}`}
      aria-label="Upload a table"
      onDrop={drop}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
    >
      <input
        ref={input}
        type="file"
        accept={ACCEPT}
        className="visually-hidden"
        tabIndex={-1}
        aria-label="Table file"
        onChange={(event) => void take(event.target.files)}
      />
      {sending === null ? (
        <>
          <Icon name="upload" size={large ? 36 : 26} />
          <div className="grow">
            <p className="drop-title">Drop a table here</p>
            <p className="muted small">
              CSV, TSV, Excel, JSON, JSON Lines or Parquet, with a header row
            </p>
          </div>
          <Button kind="primary" onClick={() => input.current?.click()}>
            Choose a file
          </Button>
        </>
      ) : (
        <div className="grow stack tight" aria-live="polite">
          <div className="row spread">
            <strong>
              {sending.share < 1 ? "Uploading" : "Checking"} {sending.name}
            </strong>
            <span className="row">
              <span className="number muted">{percent(sending.share)}</span>
              <Button small onClick={() => sending.stop.abort()}>
                Cancel
              </Button>
            </span>
          </div>
          <Progress label={`Upload of ${sending.name}`} parts={[{ share: sending.share }]} />
        </div>
      )}
      {wrong !== null && <Callout>{wrong}</Callout>}
    </section>
  );
}
