/** The name of a site in a report. */
export const siteName = (site: string | null | undefined): string =>
  site == null ? "set by hand" : site === "" ? "local files" : site;
