// The table of contents of spangate for tests.

export type { UiOptions } from "./access.js";
export type { ErrorCode } from "./core/errors.js";
export { EnvironmentError, InternalError, RaceError, SpangateError, UsageError } from "./core/errors.js";
export type { Entry, Happening } from "./core/happenings.js";
export type { LockProbe, SessionWait } from "./core/lock-probe.js";
export type {
  AgentRef,
  Arrival,
  AttributePattern,
  AttributeValue,
  Checkpoint as RecordedCheckpoint,
  DatabaseSession,
  HoldMode,
  LockWait,
  PassedSpan,
  Phase,
  Reached as RecordedReached,
  SpanFacts,
  SpanKind,
  SpanMatch,
  TextPattern,
} from "./core/model.js";
export { type GatewayOptions, openGateway } from "./gateway.js";
export { mariadb } from "./probes/mariadb.js";
export { mysql } from "./probes/mysql.js";
export { postgres } from "./probes/postgres.js";
export { Interleaving } from "./report/interleaving.js";
export type { PageOptions } from "./report/page.js";
export type {
  Moment,
  Pause,
  Report,
  ReportedActor,
  ReportedCheckpoint,
  ReportedFailure,
  ReportedSpan,
  Wait,
} from "./report/report.js";
export { Actor } from "./runner/actor.js";
export type { AdoptOptions } from "./runner/adopted-starter.js";
export {
  Checkpoint,
  type CheckpointOwner,
  type Pattern,
  type SpanOptions,
  Together,
  together,
} from "./runner/checkpoint.js";
export type { CoordinatorAddress } from "./runner/client.js";
export type { Environment } from "./runner/environment.js";
export { Gateway } from "./runner/gateway.js";
export type { ProcessOptions, ProcessResult } from "./runner/process-starter.js";
export type { Reached, ReachedArrival, ReachedWait } from "./runner/reached.js";
export type { Readiness } from "./runner/readiness.js";
export { type OrderEntry, type Outcomes, type Results, Runner } from "./runner/runner.js";
export type { RunnerOptions } from "./runner/runner-options.js";
export { Service, type ServiceOptions } from "./runner/service.js";
export { type Begin, type Begun, Starter } from "./runner/starter.js";
export type { OwnArguments, StarterFactory } from "./runner/starter-factory.js";
export type { ClientTls, ServerTls } from "./wire/tls.js";
