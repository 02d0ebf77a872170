import { Icon } from "../ui/icons";
import { Menu } from "../ui/Menu";
import type { Pinnable } from "./pins";

/** A menu to pin columns of a grid to the left. */
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
            Pinned columns stay visible on the left. In the table, press P to pin a column.
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
