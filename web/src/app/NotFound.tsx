import { SearchX } from "lucide-react";
import { Link } from "wouter";
import { EmptyState } from "../ui";
import { useTitle } from "./useTitle";

export function NotFound() {
  useTitle("Not found");
  return (
    <EmptyState
      icon={<SearchX size={28} />}
      title="There is nothing at this address"
      action={
        <Link href="/" className="button button-plain">
          Go to your tables
        </Link>
      }
    />
  );
}
