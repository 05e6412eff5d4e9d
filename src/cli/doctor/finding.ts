// What the doctor finds, and what he is given.
import type { Surroundings } from "../surroundings.js";
import type { Manifest } from "./packages.js";

export interface Finding {
  /** What was looked at. */
  readonly check: string;
  /** A note is worth knowing and breaks nothing. */
  readonly level: "fine" | "note" | "problem";
  readonly text: string;
  /** What to do about it. */
  readonly remedy?: string;
}

/** The application that is looked at. */
export interface Patient {
  /** Its folder. */
  readonly folder: string;
  /** Its package.json; empty where it has none. */
  readonly manifest: Manifest;
  /** Such as "24.1.0". */
  readonly node: string;
  readonly around: Surroundings;
}
