import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Button } from "./controls";
import type { IconName } from "./icons";

/** A button that opens a list of choices. Escape and a click elsewhere close it. */
export function Menu({
  label,
  icon,
  align = "right",
  children,
  small = false,
}: {
  label: string;
  icon?: IconName;
  align?: "left" | "right";
  small?: boolean;
  children: (close: () => void) => ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const host = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  // The button's position is not known in advance: a list that would not fit opens to the other side.
  const [flipped, setFlipped] = useState(false);
  useLayoutEffect(() => {
    const box = open ? list.current?.getBoundingClientRect() : undefined;
    setFlipped(box !== undefined && (box.left < 0 || box.right > innerWidth));
  }, [open]);
  useEffect(() => {
    if (!open) return;
    const away = (event: Event) => {
      if (!host.current?.contains(event.target as Node)) setOpen(false);
    };
    const escape = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      setOpen(false);
      host.current?.querySelector("button")?.focus();
    };
    document.addEventListener("pointerdown", away);
    document.addEventListener("focusin", away);
    document.addEventListener("keydown", escape);
    return () => {
      document.removeEventListener("pointerdown", away);
      document.removeEventListener("focusin", away);
      document.removeEventListener("keydown", escape);
    };
  }, [open]);
  return (
    <div className="menu-host" ref={host}>
      <Button
        {...(icon === undefined ? {} : { icon })}
        small={small}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {label}
      </Button>
      {open && (
        <div ref={list} className={`menu ${flipped === (align === "left") ? "right" : "left"}`}>
          {children(() => setOpen(false))}
        </div>
      )}
    </div>
  );
}
