import { statusLook } from "../lib/status";
import { Badge } from "./controls";

export function StatusBadge({ status }: { status: string }) {
  const look = statusLook(status);
  return (
    <Badge tone={look.tone} icon={look.icon}>
      {look.label}
    </Badge>
  );
}
