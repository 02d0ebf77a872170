import { useQuery } from "@tanstack/react-query";
import { Suspense, lazy } from "react";
import { Route, Switch } from "wouter";
import { useTokenRefused } from "../api/session";
import { api, got } from "../api/client";
import { keys } from "../api/queries";
import { Home } from "../screens/home/Home";
import { Skeleton, Toasts } from "../ui";
import { NotFound } from "./NotFound";
import { Shell } from "./Shell";

// Each screen comes when it is first asked for.
const SourceScreen = lazy(() => import("../screens/source/SourceScreen"));
const JobScreen = lazy(() => import("../screens/job/JobScreen"));
const Report = lazy(() => import("../screens/report/Report"));
const Templates = lazy(() => import("../screens/templates/Templates"));
const Settings = lazy(() => import("../screens/settings/Settings"));
const SignIn = lazy(() => import("../screens/signin/SignIn"));

export function App() {
  const refused = useTokenRefused();
  const me = useQuery({ queryKey: keys.me, queryFn: () => got(api.GET("/api/v1/me")) });
  if (refused) {
    return (
      <Suspense fallback={null}>
        <SignIn />
        <Toasts />
      </Suspense>
    );
  }
  return (
    <Shell me={me.data ?? null}>
      <Suspense fallback={<Skeleton lines={6} />}>
        <Switch>
          <Route path="/">
            <Home />
          </Route>
          <Route path="/sources/:source">
            {({ source }) => <SourceScreen key={source} source={source} />}
          </Route>
          <Route path="/jobs/:job">{({ job }) => <JobScreen key={job} job={job} />}</Route>
          <Route path="/jobs/:job/report">{({ job }) => <Report key={job} job={job} />}</Route>
          <Route path="/templates">
            <Templates />
          </Route>
          <Route path="/settings/:part?">{({ part }) => <Settings part={part ?? null} />}</Route>
          <Route>
            <NotFound />
          </Route>
        </Switch>
      </Suspense>
      <Toasts />
    </Shell>
  );
}
