// What the codes of reasons mean, for cells without a value: docs/guide/outcomes.md.

interface Meaning {
  /** The cause that cells with this code share. */
  cause: string;
  /** What the user can do about it, if that differs from other cells of the same outcome. */
  remedy?: string;
}

const NEEDS_SIGN_IN = "If you may read the page yourself, enter the value by hand.";
const NEEDS_BROWSER =
  "Choose a crawler that runs scripts (chromium or crawl4ai) in the settings and try again.";
const LATER = "Try again later.";

const MEANINGS: Record<string, Meaning> = {
  sources_disagree: { cause: "sources of equal standing disagree" },
  page_login_wall: { cause: "a page requires a login", remedy: NEEDS_SIGN_IN },
  page_paywall: { cause: "a page requires payment", remedy: NEEDS_SIGN_IN },
  page_captcha: { cause: "a page shows a captcha", remedy: NEEDS_SIGN_IN },
  page_consent_wall: { cause: "a page asks for consent", remedy: NEEDS_SIGN_IN },
  page_denied: { cause: "a server denies access to a page" },
  page_robots: { cause: "robots.txt does not allow a page to be read", remedy: NEEDS_SIGN_IN },
  page_rate_limited: { cause: "a server asks for fewer requests", remedy: LATER },
  page_needs_scripts: { cause: "a page is empty without scripts", remedy: NEEDS_BROWSER },
  page_unavailable: { cause: "a page could not be fetched", remedy: LATER },
  provider_unavailable: { cause: "a provider did not answer", remedy: LATER },
  provider_rate_limited: { cause: "a provider asks for fewer requests", remedy: LATER },
  row_budget_spent: {
    cause: "the budget of the row is spent",
    remedy: "Start a job with a higher budget for each row.",
  },
  row_steps_used_up: { cause: "the row has used up its steps" },
};

/** What the code means; none for a code that needs its sentence. */
export const meaning = (code: string | null | undefined): Meaning | undefined =>
  code == null ? undefined : MEANINGS[code];

const STOPS: Record<string, string> = {
  attempts_used_up: "No further attempt: the limit of attempts is reached.",
  nothing_found: "No further attempt: no search has shown anything.",
  nothing_changed: "No further attempt: this one found nothing new for any open column.",
  no_new_query: "No further attempt: all queries have already been asked.",
  steps_used_up: "No further attempt: the limit of steps of a row is reached.",
};

/** Why no further attempt followed. */
export const stopMeaning = (stopped: string): string => STOPS[stopped] ?? "No further attempt.";
