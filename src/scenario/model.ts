// A scenario as its file says it. Where a service may be named, texts still have references such as ${bank.url}.

export type Regex = { readonly regex: string; readonly flags?: string };
export type Pattern = string | Regex;
export type Hold = "flow" | "thread";
export type Kind = "internal" | "server" | "client" | "producer" | "consumer";

export interface Scenario {
  readonly name?: string;
  readonly options?: ScenarioOptions;
  readonly databases?: Readonly<Record<string, DatabaseEntry>>;
  readonly services?: Readonly<Record<string, ServiceEntry>>;
  readonly setup?: readonly Deed[];
  readonly prepare?: readonly Deed[];
  readonly starters: Readonly<Record<string, StarterEntry>>;
  readonly order: readonly StepEntry[];
  readonly expect?: readonly Expectation[];
  readonly teardown?: readonly Deed[];
}

export interface ScenarioOptions {
  readonly stepTimeoutMs?: number;
  readonly stallMs?: number;
  readonly recordAttributes?: readonly string[];
}

export type DatabaseEntry = string | { readonly url: string; readonly probe?: boolean };

export type EnvironmentEntry = Readonly<Record<string, string | number | boolean | null>>;

export interface SpawnedService {
  readonly command: readonly (string | number)[];
  readonly name?: string;
  readonly cwd?: string;
  readonly env?: EnvironmentEntry;
  readonly ready: Ready;
  readonly hold?: Hold;
  readonly readyTimeoutMs?: number;
  readonly stopTimeoutMs?: number;
}

/** One that something else has started. */
export interface RunningService {
  readonly url: string;
  readonly name?: string;
}

export type ServiceEntry = SpawnedService | RunningService;

/** A text is a regular expression on the output. */
export type Ready = string | { readonly port: number } | { readonly http: string };

export interface Call {
  readonly method?: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string | number | boolean>>;
  readonly json?: unknown;
  readonly body?: string;
}

/** A text is a method, a blank and a URL. */
export type CallEntry = string | Call;

/** A text is a statement. */
export type Deed =
  | string
  | { readonly sql: string; readonly database?: string }
  | { readonly file: string; readonly database?: string }
  | { readonly http: CallEntry };

export interface SpanConditions {
  readonly service?: string;
  readonly kind?: Kind;
  readonly attributes?: Readonly<Record<string, Pattern | number | boolean>>;
}

export interface CommandStarter {
  readonly command: readonly (string | number)[];
  readonly cwd?: string;
  readonly env?: EnvironmentEntry;
  readonly service?: string;
  readonly hold?: Hold;
}

export type StarterEntry =
  | { readonly http: CallEntry }
  | CommandStarter
  | { readonly adopt: SpanConditions & { readonly span: Pattern } };

interface Listed {
  readonly actor: string;
  readonly ifReached?: boolean;
}

interface SpanListed extends Listed, SpanConditions {
  readonly nth?: number;
  readonly hold?: Hold;
}

/** A text is a starter's name and an end, such as `alice.finished`. */
export type CheckpointEntry =
  | string
  | (SpanListed & { readonly before: Pattern })
  | (SpanListed & { readonly after: Pattern })
  | (Listed & { readonly at: "started" | "finished" | "blocked" });

export type StepEntry =
  | CheckpointEntry
  | { readonly together: readonly CheckpointEntry[] }
  | { readonly expect: readonly Look[] };

export type ExpectedText = string | { readonly contains: string } | { readonly matches: string };

export interface ExpectedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, ExpectedText>>;
  readonly json?: unknown;
  readonly body?: ExpectedText;
  readonly exact?: boolean;
}

export interface StarterExpectation extends ExpectedAnswer {
  readonly starter: string;
  readonly exitCode?: number;
  readonly stdout?: ExpectedText;
  readonly stderr?: ExpectedText;
}

export interface HttpExpectation extends ExpectedAnswer {
  readonly http: CallEntry;
}

export interface SqlExpectation {
  readonly sql: string;
  readonly database?: string;
  readonly rows?: readonly Readonly<Record<string, unknown>>[];
  readonly value?: unknown;
  readonly inAnyOrder?: boolean;
  readonly exact?: boolean;
}

/** What can be looked at at any time. */
export type Look = HttpExpectation | SqlExpectation;

export type Expectation = StarterExpectation | Look;
