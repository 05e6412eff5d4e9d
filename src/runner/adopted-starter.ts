// Actors that no starter begins: a job, a timer, a migration at start-up.
import { UsageError } from "../core/errors.js";
import type { SpanKind } from "../core/model.js";
import { type Pattern, toSpanMatch } from "./checkpoint.js";
import type { CoordinatorClient } from "./client.js";
import { checkOptions } from "./options.js";
import { Starter } from "./starter.js";

/** The root span that begins the actor. Everything that is given must hold. */
export interface AdoptOptions {
  /** The span's name: exact, a glob, or a regular expression. */
  readonly span: Pattern;
  /** The service in which it begins, to the letter; any by default. */
  readonly service?: string;
  /** OpenTelemetry's kind of the span. */
  readonly kind?: SpanKind;
  /** What the span has when it starts. */
  readonly attributes?: Readonly<Record<string, Pattern | number | boolean>>;
}

/** @throws {UsageError} BadPattern, BadOption */
export function adoptedStarter<Name extends string>(
  owner: object,
  client: CoordinatorClient,
  name: Name,
  options: AdoptOptions,
): Starter<Name, undefined> {
  checkOptions("gateway.adopt()", options, ["span", "service", "kind", "attributes"]);
  const { span, ...rest } = options;
  if (span === undefined)
    throw new UsageError("BadOption", `gateway.adopt("${name}") needs the name of a span: { span: "nightly *" }.`);
  const begin: Starter<Name, undefined>["begin"] = ({ runId }) => ({
    result: client.adopt(runId, name).then((error) => {
      if (error !== "") throw new Error(error);
      return undefined;
    }),
    faultOf: () => undefined,
    // Its flow goes its own way when the run ends.
    stop: async () => {},
  });
  return new Starter(owner, name, begin, toSpanMatch(span, rest));
}
