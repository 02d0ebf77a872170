import { useQueryClient } from "@tanstack/react-query";
import { LayoutTemplate, LogOut, Monitor, Moon, Settings, Sun, Table2 } from "lucide-react";
import { useEffect, useRef, type ReactNode } from "react";
import { Link, useLocation } from "wouter";
import type { Schema } from "../api/client";
import { signOut, tokenRefused } from "../api/session";
import { setTheme, useTheme, type Theme } from "../design/theme";
import { IconButton } from "../ui";
import { OfflineBar } from "./OfflineBar";
import "./shell.css";

const PLACES = [
  { href: "/", label: "Tables", icon: Table2, within: /^\/($|sources|jobs)/ },
  { href: "/templates", label: "Templates", icon: LayoutTemplate, within: /^\/templates/ },
  { href: "/settings", label: "Settings", icon: Settings, within: /^\/settings/ },
] as const;

export function Shell({ me, children }: { me: Schema["Me"] | null; children: ReactNode }) {
  const [location] = useLocation();
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => {
    // After a change of screen the focus is on the new one, as after a load.
    if (first.current) first.current = false;
    else main.current?.focus({ preventScroll: true });
  }, [location]);
  return (
    <div className="shell">
      <a className="shell-skip" href="#main">
        Skip to content
      </a>
      <header className="shell-bar">
        <Link href="/" className="shell-name">
          <img src="/favicon.svg" alt="" width={24} height={24} />
          <span>AmpleData</span>
        </Link>
        <nav aria-label="Main" className="shell-nav">
          {PLACES.map(({ href, label, icon: Icon, within }) => (
            <Link
              key={href}
              href={href}
              className="shell-link"
              aria-current={within.test(location) ? "page" : undefined}
            >
              <Icon size={16} aria-hidden />
              <span>{label}</span>
            </Link>
          ))}
        </nav>
        <div className="shell-end">
          <ThemeSwitch />
          {me !== null && me.auth !== "none" && <SignOut owner={me.owner} />}
        </div>
      </header>
      <OfflineBar />
      <main id="main" ref={main} tabIndex={-1} className="shell-main">
        {children}
      </main>
    </div>
  );
}

const THEMES: Record<Theme, { next: Theme; label: string; icon: ReactNode }> = {
  system: { next: "light", label: "Theme: as the device. Change to light", icon: <Monitor size={17} aria-hidden /> },
  light: { next: "dark", label: "Theme: light. Change to dark", icon: <Sun size={17} aria-hidden /> },
  dark: { next: "system", label: "Theme: dark. Change to as the device", icon: <Moon size={17} aria-hidden /> },
};

function ThemeSwitch() {
  const { next, label, icon } = THEMES[useTheme()];
  return <IconButton label={label} icon={icon} onClick={() => setTheme(next)} />;
}

function SignOut({ owner }: { owner: string }) {
  const queries = useQueryClient();
  return (
    <>
      <span className="shell-owner muted">{owner}</span>
      <IconButton
        label="Sign out"
        icon={<LogOut size={17} aria-hidden />}
        onClick={() => {
          signOut();
          queries.clear();
          tokenRefused();
        }}
      />
    </>
  );
}
