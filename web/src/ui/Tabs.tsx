import { type ReactNode, useId, useRef } from "react";

interface Tab {
  id: string;
  label: ReactNode;
  content: ReactNode;
}

/** Tabs that follow the ARIA practices: arrow keys move between tabs, Tab moves into the content. */
export function Tabs({
  label,
  tabs,
  chosen,
  onChoose,
}: {
  label: string;
  tabs: Tab[];
  chosen: string;
  onChoose: (id: string) => void;
}) {
  const own = useId();
  const buttons = useRef(new Map<string, HTMLButtonElement>());
  const at = Math.max(
    0,
    tabs.findIndex((tab) => tab.id === chosen),
  );
  const move = (to: number) => {
    const tab = tabs[(to + tabs.length) % tabs.length];
    if (tab === undefined) return;
    onChoose(tab.id);
    buttons.current.get(tab.id)?.focus();
  };
  return (
    <>
      <div className="tabs" role="tablist" aria-label={label}>
        {tabs.map((tab, place) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${own}-${tab.id}`}
            aria-selected={place === at}
            aria-controls={`${own}-panel`}
            tabIndex={place === at ? 0 : -1}
            ref={(button) => {
              if (button !== null) buttons.current.set(tab.id, button);
            }}
            onClick={() => onChoose(tab.id)}
            onKeyDown={(event) => {
              if (event.key === "ArrowRight") move(at + 1);
              else if (event.key === "ArrowLeft") move(at - 1);
              else if (event.key === "Home") move(0);
              else if (event.key === "End") move(tabs.length - 1);
            }}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${own}-panel`} aria-labelledby={`${own}-${tabs[at]?.id ?? ""}`}>
        {tabs[at]?.content}
      </div>
    </>
  );
}
