import { ChevronDown } from "lucide-react";
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { Button } from "./Button";
import "./menu.css";

export interface MenuItem {
  id: string;
  label: ReactNode;
  icon?: ReactNode;
  danger?: boolean;
  disabled?: boolean;
  onChoose: () => void;
}

interface Props {
  label: string;
  icon?: ReactNode;
  items: readonly MenuItem[];
  /** Stands above the items, such as a switch that they heed. */
  head?: ReactNode;
  small?: boolean;
}

/** A button that opens a list of things to do. */
export function Menu({ label, icon, items, head, small = false }: Props) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const id = useId();

  useEffect(() => {
    if (!open) return;
    const away = (event: PointerEvent) => {
      if (event.target instanceof Node && box.current?.contains(event.target) !== true) setOpen(false);
    };
    document.addEventListener("pointerdown", away);
    box.current?.querySelector<HTMLElement>('[role="menuitem"]:not(:disabled)')?.focus();
    return () => document.removeEventListener("pointerdown", away);
  }, [open]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (!open) return;
    const found = box.current?.querySelectorAll<HTMLElement>('[role="menuitem"]:not(:disabled)');
    const all = [...(found ?? [])];
    const at = all.findIndex((item) => item === document.activeElement);
    const goes: Record<string, number> = {
      ArrowDown: (at + 1) % all.length,
      ArrowUp: (at - 1 + all.length) % all.length,
      Home: 0,
      End: all.length - 1,
    };
    const goal = goes[event.key];
    if (goal !== undefined) {
      event.preventDefault();
      all[goal]?.focus();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      setOpen(false);
      box.current?.querySelector<HTMLElement>("button")?.focus();
    } else if (event.key === "Tab" && head === undefined) {
      setOpen(false);
    }
  };

  return (
    // The keys are those of the items in it.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div ref={box} className="menu" onKeyDown={onKeyDown}>
      <Button
        small={small}
        icon={icon}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        {label}
        <ChevronDown size={14} aria-hidden />
      </Button>
      {open && (
        <div className="menu-box">
          {head !== undefined && <div className="menu-head">{head}</div>}
          <div id={id} role="menu" aria-label={label}>
            {items.map((item) => (
              <button
                key={item.id}
                type="button"
                role="menuitem"
                tabIndex={-1}
                disabled={item.disabled}
                className={item.danger === true ? "menu-item menu-danger" : "menu-item"}
                onClick={() => {
                  setOpen(false);
                  item.onChoose();
                }}
              >
                {item.icon}
                {item.label}
              </button>
            ))}
          </div>
        </div>
      )}
    </div>
  );
}
