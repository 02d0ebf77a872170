import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { Component, lazy, type ReactNode, Suspense } from "react";
import { Problem } from "../api/problem";
import { patiently } from "../api/reach";
import { HomePage } from "../pages/home/HomePage";
import { EmptyState, ErrorState, Skeleton } from "../ui/states";
import { ToastHost } from "../ui/Toasts";
import { Link, match, usePath } from "./router";
import { Shell } from "./Shell";

const SourcePage = lazy(async () => ({
  default: (await patiently(() => import("../pages/source/SourcePage"))).SourcePage,
}));
const JobPage = lazy(async () => ({
  default: (await patiently(() => import("../pages/job/JobPage"))).JobPage,
}));
const ReportPage = lazy(async () => ({
  default: (await patiently(() => import("../pages/report/ReportPage"))).ReportPage,
}));
const TemplatesPage = lazy(async () => ({
  default: (await patiently(() => import("../pages/templates/TemplatesPage"))).TemplatesPage,
}));
const SettingsPage = lazy(async () => ({
  default: (await patiently(() => import("../pages/settings/SettingsPage"))).SettingsPage,
}));

const isAway = (error: unknown) => error instanceof Problem && error.status === 0;
const worthRetrying = (error: unknown) =>
  !(error instanceof Problem) || error.status === 429 || error.status >= 500;

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // An unreachable server is retried until it is back; meanwhile the shell shows a notice.
      retry: (failures, error) => isAway(error) || (failures < 2 && worthRetrying(error)),
      retryDelay: (failures, error) => (isAway(error) ? 1_500 : 500 * 2 ** failures),
    },
  },
});

function View() {
  const path = usePath();
  if (match("/", path) !== null) return <HomePage />;
  if (match("/templates", path) !== null) return <TemplatesPage />;
  if (match("/settings", path) !== null) return <SettingsPage />;
  const source = match("/sources/:id", path)?.id;
  if (source !== undefined) return <SourcePage key={source} id={source} />;
  const job = match("/jobs/:id", path)?.id;
  if (job !== undefined) return <JobPage key={job} id={job} />;
  const report = match("/jobs/:id/report", path)?.id;
  if (report !== undefined) return <ReportPage key={report} id={report} />;
  return (
    <EmptyState whole icon="search" title="Page not found">
      <p>
        The address may be mistyped. <Link to="/">Go to your tables</Link>.
      </p>
    </EmptyState>
  );
}

const TITLES: [string, string][] = [
  ["/", "Tables"],
  ["/sources/:id", "Table"],
  ["/jobs/:id", "Run"],
  ["/jobs/:id/report", "Report"],
  ["/templates", "Templates"],
  ["/settings", "Settings"],
];

function title(path: string): string {
  const place = TITLES.find(([pattern]) => match(pattern, path) !== null)?.[1] ?? "Not found";
  return `${place} · AmpleData`;
}

/** Keeps an error in one view from taking down the whole app. */
class Boundary extends Component<{ path: string; children: ReactNode }, { error: unknown }> {
  override state = { error: undefined as unknown };
  static getDerivedStateFromError(error: unknown) {
    return { error };
  }
  override componentDidUpdate(before: { path: string }) {
    if (before.path !== this.props.path && this.state.error !== undefined)
      this.setState({ error: undefined });
  }
  override render() {
    if (this.state.error === undefined) return this.props.children;
    return <ErrorState whole error={this.state.error} onRetry={() => location.reload()} />;
  }
}

export function App() {
  const path = usePath();
  return (
    <QueryClientProvider client={client}>
      <title>{title(path)}</title>
      <ToastHost>
        <Shell>
          <Boundary path={path}>
            <Suspense fallback={<Skeleton lines={6} />}>
              <View />
            </Suspense>
          </Boundary>
        </Shell>
      </ToastHost>
    </QueryClientProvider>
  );
}
