// The few icons of the grid's headers; the Content-Security-Policy refuses its icon font.
const PATHS = {
  up: "M8 13V3m0 0L4 7m4-4 4 4",
  down: "M8 3v10m0 0 4-4m-4 4L4 9",
  both: "M5 6l3-3 3 3M5 10l3 3 3-3",
} as const;

export const icon = (name: keyof typeof PATHS): string =>
  `<svg width="14" height="14" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"><path d="${PATHS[name]}"/></svg>`;
