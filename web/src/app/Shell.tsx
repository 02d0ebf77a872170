// The shell around every view: navigation, theme, connection, sign-in.
import { onlineManager, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useSyncExternalStore } from "react";
import { Problem } from "../api/problem";
import { me } from "../api/queries";
import { isReachable, onReach } from "../api/reach";
import { onToken, setToken, token } from "../api/token";
import { Button } from "../ui/controls";
import { Icon } from "../ui/icons";
import { Link, usePath } from "./router";
import { SignIn } from "./SignIn";
import { switchTheme, useTheme } from "./theme";

const PLACES = [
  { to: "/", label: "Tables", under: ["/", "/sources", "/jobs"] },
  { to: "/templates", label: "Templates", under: ["/templates"] },
  { to: "/settings", label: "Settings", under: ["/settings"] },
];

function isAt(path: string, under: string[]): boolean {
  return under.some((place) => path === place || (place !== "/" && path.startsWith(`${place}/`)));
}

export function Shell({ children }: { children: ReactNode }) {
  const path = usePath();
  const theme = useTheme();
  const bearer = useSyncExternalStore(onToken, token);
  const client = useQueryClient();
  const who = useQuery(me());
  const main = useRef<HTMLElement>(null);
  const moved = useRef(false);
  const signedOut = who.error instanceof Problem && who.error.status === 401;

  // Data loaded for one user must not be shown to the next.
  const known = useRef(bearer);
  useEffect(() => {
    if (known.current === bearer) return;
    known.current = bearer;
    void client.resetQueries();
  }, [bearer, client]);

  // Focus moves to the new view, so that screen readers start at its beginning.
  useEffect(() => {
    if (moved.current) main.current?.focus({ preventScroll: true });
    moved.current = true;
  }, [path]);

  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <header className="topbar">
        <Link to="/" className="brand" aria-label="AmpleData, home">
          <img src="/icon.svg" width="26" height="26" alt="" />
          <span>AmpleData</span>
        </Link>
        <nav className="nav" aria-label="Main">
          {PLACES.map((place) => (
            <Link
              key={place.to}
              to={place.to}
              aria-current={isAt(path, place.under) ? "page" : undefined}
            >
              {place.label}
            </Link>
          ))}
        </nav>
        <Button
          kind="quiet"
          icon={theme === "dark" ? "sun" : "moon"}
          onClick={switchTheme}
          aria-label={theme === "dark" ? "Use the light theme" : "Use the dark theme"}
        />
        {bearer !== null && (
          <Button kind="quiet" small onClick={() => setToken(null)}>
            Sign out
          </Button>
        )}
      </header>
      <Connection />
      <main className="page" id="main" ref={main} tabIndex={-1}>
        {signedOut ? <SignIn /> : children}
      </main>
    </>
  );
}

/** Shows when the network or the server is unreachable, and reloads the data afterwards. */
function Connection() {
  const online = useSyncExternalStore(
    (changed) => onlineManager.subscribe(changed),
    () => onlineManager.isOnline(),
  );
  const reachable = useSyncExternalStore(onReach, isReachable);
  const client = useQueryClient();
  const before = useRef(reachable);
  useEffect(() => {
    if (reachable && !before.current) void client.invalidateQueries();
    before.current = reachable;
  }, [reachable, client]);
  if (online && reachable) return null;
  return (
    <div className="notice" role="status">
      <Icon name="wifi" size={17} />
      {online
        ? "The server is not responding. This page reconnects automatically."
        : "You are offline. This page reconnects automatically."}
    </div>
  );
}
