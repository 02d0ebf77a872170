import { useTitle } from "../../app/useTitle";

export default function Templates() {
  useTitle("Templates");
  return (
    <div className="screen">
      <h1>Templates</h1>
    </div>
  );
}
