import { useTitle } from "../../app/useTitle";

export default function Report({ job }: { job: string }) {
  useTitle("Report");
  return (
    <div className="screen">
      <h1>Report {job}</h1>
    </div>
  );
}
