// One checkpoint of the order, and what came of it.
import type { LiveCheckpoint } from "../../../src/ui/protocol.ts";

export type Outcome = "reached" | "missed" | "failed" | "next" | "pending";

export interface OrderEntryProps {
  readonly checkpoint: LiveCheckpoint;
  readonly outcome: Outcome;
  /** It is awaited together with the one before it. */
  readonly isJoined: boolean;
}

const signs: Readonly<Record<Outcome, string>> = { reached: "✓", missed: "○", failed: "✗", next: "▸", pending: "" };
const words: Readonly<Record<Outcome, string>> = {
  reached: "reached",
  missed: "not reached",
  failed: "failed",
  next: "next",
  pending: "",
};

export function OrderEntry({ checkpoint, outcome, isJoined }: OrderEntryProps) {
  return (
    <div class={`checkpoint ${outcome}${isJoined ? " joined" : ""}`}>
      <span class="number">{checkpoint.index + 1}</span>
      <code dir="ltr" title={checkpoint.code}>
        {checkpoint.code}
      </code>
      <span class="outcome">
        <span aria-hidden="true">{signs[outcome]}</span>{" "}
        {isJoined && outcome === "pending" ? "together" : words[outcome]}
      </span>
    </div>
  );
}
