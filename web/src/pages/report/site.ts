/** A site as a report names it. */
export const siteName = (site: string | null | undefined): string =>
  site == null ? "set by hand" : site === "" ? "a file" : site;
