import { useTitle } from "../../app/useTitle";

export function Home() {
  useTitle("Tables");
  return (
    <div className="screen">
      <h1>Tables</h1>
    </div>
  );
}
