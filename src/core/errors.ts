// Whose fault is it? One class for each answer, a stable code for each cause; the wording of a run's
// failures is in failures.ts.

/** What went wrong, by name. Codes are stable: tests may compare them. */
export type ErrorCode =
  // the test's own mistakes
  | "UnknownStarter"
  | "DuplicateStarter"
  | "ForeignCheckpoint"
  | "BadPattern"
  | "BadOrder"
  | "BadOption"
  | "RunnerBusy"
  | "RunnerEnded"
  | "BadScenario"
  // the code under test, or the order against it
  | "CheckpointNotReached"
  | "StarterCrashed"
  | "StarterFailed"
  | "ProcessDied"
  | "HeldElsewhere"
  | "Deadlock"
  | "Frozen"
  | "Starved"
  | "StepTimedOut"
  | "NeverBegan"
  | "NothingHeld"
  // the surroundings
  | "NodeTooOld"
  | "NoAgent"
  | "ProbeFailed"
  | "DatabaseFailed"
  | "SetupFailed"
  | "NotGateable"
  | "ServiceNotReady"
  | "CoordinatorUnreachable"
  | "CoordinatorGone"
  | "Refused"
  // spangate itself
  | "Internal";

/** What an error may carry beside its message. */
export interface SpangateErrorOptions extends ErrorOptions {
  readonly actor?: string | undefined;
}

/** Base of every error that spangate throws; `name` and `code` are the same word. */
export class SpangateError extends Error {
  /** What went wrong. */
  readonly code: ErrorCode;
  /** The actor whose step failed, if it was one's. */
  declare readonly actor: string | undefined;

  constructor(code: ErrorCode, message: string, options?: SpangateErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = code;
    if (options?.actor !== undefined) this.actor = options.actor;
  }
}

/** The test asks for something that makes no sense. Thrown before anything is started, where that is possible. */
export class UsageError extends SpangateError {}

/** The code under test did not do what the order says. */
export class RaceError extends SpangateError {}

/** Something that spangate needs around it is missing or broken. */
export class EnvironmentError extends SpangateError {}

/** A bug of spangate. */
export class InternalError extends SpangateError {}

/** Why a run failed, as data that crosses the wire. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  /** The actor whose step failed, if it was one's. */
  readonly actor: string | undefined;
}

const classes: Readonly<Record<ErrorCode, typeof SpangateError>> = {
  UnknownStarter: UsageError,
  DuplicateStarter: UsageError,
  ForeignCheckpoint: UsageError,
  BadPattern: UsageError,
  BadOrder: UsageError,
  BadOption: UsageError,
  RunnerBusy: UsageError,
  RunnerEnded: UsageError,
  BadScenario: UsageError,
  CheckpointNotReached: RaceError,
  StarterCrashed: RaceError,
  StarterFailed: RaceError,
  ProcessDied: RaceError,
  HeldElsewhere: RaceError,
  Deadlock: RaceError,
  Frozen: RaceError,
  Starved: RaceError,
  StepTimedOut: RaceError,
  NothingHeld: RaceError,
  NeverBegan: RaceError,
  NodeTooOld: EnvironmentError,
  NoAgent: EnvironmentError,
  ProbeFailed: EnvironmentError,
  DatabaseFailed: EnvironmentError,
  SetupFailed: EnvironmentError,
  NotGateable: EnvironmentError,
  ServiceNotReady: EnvironmentError,
  CoordinatorUnreachable: EnvironmentError,
  CoordinatorGone: EnvironmentError,
  Refused: EnvironmentError,
  Internal: InternalError,
};

/** The error of a code: the class says whose fault it is. An unknown code, from a newer peer, is internal. */
export function errorOf(code: string, message: string, options?: SpangateErrorOptions): SpangateError {
  const known = isErrorCode(code);
  return new (known ? classes[code] : InternalError)(known ? code : "Internal", message, options);
}

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(classes, code);
}
