// How states are shown: with a word and a symbol, never by colour alone.
import type { Outcome } from "../api/types";
import type { Tone } from "../ui/controls";
import type { IconName } from "../ui/icons";

interface Look {
  label: string;
  tone: Tone;
  icon: IconName;
}

const STATUSES: Record<string, Look> = {
  PENDING: { label: "Not started", tone: "plain", icon: "clock" },
  RUNNING: { label: "Running", tone: "calm", icon: "play" },
  PAUSED: { label: "Paused", tone: "fair", icon: "pause" },
  CANCELLED: { label: "Cancelled", tone: "plain", icon: "stop" },
  COMPLETED: { label: "Completed", tone: "good", icon: "check" },
  FAILED: { label: "Failed", tone: "bad", icon: "warn" },
};

export const statusLook = (status: string): Look =>
  STATUSES[status] ?? { label: status, tone: "plain", icon: "clock" };

export const STAGES = [
  "PENDING",
  "SERP_FETCHED",
  "DECISION_MADE",
  "CRAWLED",
  "ENRICHED",
  "COMPLETED",
  "FAILED",
  "CANCELLED",
];

const STAGE_LABELS: Record<string, string> = {
  PENDING: "Waiting",
  SERP_FETCHED: "Searched",
  DECISION_MADE: "Pages chosen",
  CRAWLED: "Pages read",
  ENRICHED: "Values extracted",
  COMPLETED: "Done",
  FAILED: "Failed",
  CANCELLED: "Cancelled",
};

export const stageLabel = (stage: string): string => STAGE_LABELS[stage] ?? stage;
export const isDone = (stage: string): boolean =>
  stage === "COMPLETED" || stage === "FAILED" || stage === "CANCELLED";

interface OutcomeLook {
  label: string;
  sign: string;
  tone: Tone;
  meaning: string;
}

export const OUTCOMES: Record<Outcome, OutcomeLook> = {
  found: { label: "Found", sign: "✓", tone: "good", meaning: "A page proves this value." },
  absent: {
    label: "Not found",
    sign: "–",
    tone: "plain",
    meaning: "None of the pages read gives this value.",
  },
  blocked: {
    label: "Blocked",
    sign: "⊘",
    tone: "fair",
    meaning: "The pages that may have this value could not be read.",
  },
  conflict: {
    label: "Conflict",
    sign: "≠",
    tone: "fair",
    meaning: "Pages of equal standing contradict each other.",
  },
  error: {
    label: "Error",
    sign: "!",
    tone: "bad",
    meaning: "Something failed while this cell was being filled.",
  },
};

export const outcomeLook = (outcome: string): OutcomeLook =>
  (OUTCOMES as Record<string, OutcomeLook>)[outcome] ?? {
    label: outcome,
    sign: "?",
    tone: "plain",
    meaning: "",
  };

export type Band = "high" | "medium" | "low";

/** The band of a confidence; below the job's threshold a cell is weak. */
export const band = (confidence: number, threshold: number): Band =>
  confidence < threshold ? "low" : confidence < (1 + threshold) / 2 ? "medium" : "high";

export const BANDS: Record<Band, { label: string; bars: string; tone: Tone }> = {
  high: { label: "high confidence", bars: "▮▮▮", tone: "good" },
  medium: { label: "medium confidence", bars: "▮▮▯", tone: "calm" },
  low: { label: "weak", bars: "▮▯▯", tone: "fair" },
};
