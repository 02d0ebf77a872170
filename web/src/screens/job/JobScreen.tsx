import { useTitle } from "../../app/useTitle";

export default function JobScreen({ job }: { job: string }) {
  useTitle("JobScreen");
  return (
    <div className="screen">
      <h1>JobScreen {job}</h1>
    </div>
  );
}
