import { Icon } from "../ui/icons";
import { Menu } from "../ui/Menu";
import type { Pinnable } from "./pins";

/** The columns of a grid: each is pinned to the left, or scrolls with the others. */
export function PinMenu({
  columns,
  onPin,
}: {
  columns: Pinnable[];
  onPin: (id: string, pinned: boolean) => void;
}) {
  return (
    <Menu label="Pin columns" icon="pin" small align="right">
      {() => (
        <fieldset className="pins">
          <legend className="small muted">
            Stay in sight at the left. In the table, the key P does the same.
          </legend>
          {columns.map(({ id, name, pinned }) => (
            <label key={id} className="pin-choice">
              <input
                type="checkbox"
                checked={pinned}
                onChange={(event) => onPin(id, event.target.checked)}
              />
              <span>{name}</span>
              {pinned && <Icon name="pin" size={14} />}
            </label>
          ))}
        </fieldset>
      )}
    </Menu>
  );
}
