import { useTitle } from "../../app/useTitle";

export default function SourceScreen({ source }: { source: string }) {
  useTitle("SourceScreen");
  return (
    <div className="screen">
      <h1>SourceScreen {source}</h1>
    </div>
  );
}
