import { useState } from "react";
import { address, send, withToken } from "../../api/client";
import { explain } from "../../api/problem";
import { token } from "../../api/token";
import { save } from "../../lib/save";
import { Menu } from "../../ui/Menu";
import { useToasts } from "../../ui/Toasts";

const FORMATS: [string, string][] = [
  ["csv", "CSV"],
  ["xlsx", "Excel"],
  ["tsv", "TSV"],
  ["json", "JSON"],
  ["jsonl", "JSON Lines"],
  ["parquet", "Parquet"],
];

export function ExportMenu({ jobId }: { jobId: string }) {
  const [evidence, setEvidence] = useState(false);
  const toasts = useToasts();
  const take = async (format: string) => {
    const url = address(
      "/api/v1/jobs/{job_id}/export",
      { job_id: jobId },
      { format, ...(evidence ? { evidence } : {}) },
    );
    // Without a token the browser can stream the file to disk by itself.
    if (token() === null) return save(url, `ampledata.${format}`);
    try {
      const response = await send(url, { headers: withToken() });
      const name = /filename="([^"]+)"/.exec(
        response.headers.get("content-disposition") ?? "",
      )?.[1];
      const file = URL.createObjectURL(await response.blob());
      save(file, name ?? `ampledata.${format}`);
      setTimeout(() => URL.revokeObjectURL(file), 60_000);
    } catch (error) {
      toasts.say(explain(error));
    }
  };
  return (
    <Menu label="Export" icon="download">
      {(close) => (
        <>
          <label className="check menu-check">
            <input
              type="checkbox"
              checked={evidence}
              onChange={(event) => setEvidence(event.target.checked)}
            />
            With confidence, source, quote and reason
          </label>
          {FORMATS.map(([format, label]) => (
            <button
              type="button"
              key={format}
              onClick={() => {
                void take(format);
                close();
              }}
            >
              {label}
            </button>
          ))}
        </>
      )}
    </Menu>
  );
}
