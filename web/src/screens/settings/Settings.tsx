import { useTitle } from "../../app/useTitle";

/** `part` is what follows `/settings/` in the address. */
export default function Settings({ part }: { part: string | null }) {
  useTitle("Settings");
  return (
    <div className="screen">
      <h1>Settings {part}</h1>
    </div>
  );
}
