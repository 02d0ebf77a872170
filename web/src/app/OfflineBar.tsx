import { useQuery } from "@tanstack/react-query";
import { WifiOff } from "lucide-react";
import { OfflineError } from "../api/problem";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";

/** Whether the last answer that anything waited for was none at all. */
function useOffline(): boolean {
  const queries = useQueryClient();
  const cache = queries.getQueryCache();
  return useSyncExternalStore(
    (changed) => cache.subscribe(changed),
    () =>
      cache.getAll().some(({ state }) => {
        const error = state.error ?? state.fetchFailureReason;
        return error instanceof OfflineError;
      }),
  );
}

/** Says that the server is away, and brings the page up to date when it is back. */
export function OfflineBar() {
  const offline = useOffline();
  const queries = useQueryClient();
  const [wasOffline, setWasOffline] = useState(false);
  if (offline && !wasOffline) setWasOffline(true);
  const ping = useQuery({
    queryKey: ["healthz"],
    queryFn: async () => {
      const answer = await fetch("/healthz", { cache: "no-store" });
      if (!answer.ok) throw new OfflineError();
      return Date.now();
    },
    enabled: offline,
    refetchInterval: 2000,
    retry: false,
    staleTime: 0,
  });
  const back = offline && ping.isSuccess && !ping.isError;
  useEffect(() => {
    if (!back) return;
    queries.removeQueries({ queryKey: ["healthz"] });
    void queries.refetchQueries({ type: "active" });
  }, [back, ping.dataUpdatedAt, queries]);
  return (
    <div role="status" aria-live="polite">
      {offline && (
        <p className="shell-offline">
          <WifiOff size={16} aria-hidden />
          The server cannot be reached. Nothing is lost: the page goes on by itself.
        </p>
      )}
    </div>
  );
}
