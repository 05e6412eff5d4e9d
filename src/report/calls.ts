// Who calls whom in a run, as far as its spans tell: what is left when a call's layers (pools, ORMs, middleware) are
// folded into the one that leaves its service.
import type { Report, ReportedSpan } from "./report.js";

/** One end of a call. */
export interface Party {
  readonly type: "actor" | "service" | "peer";
  readonly name: string;
}

export interface Call {
  /** A service's own span of it, or its caller's where the other side has none. */
  readonly span: ReportedSpan;
  readonly from: Party;
  readonly to: Party;
  /** `null` where its start was not told, or it was held in front and has not been made. */
  readonly madeMs: number | null;
  /** `null` while there is no answer. */
  readonly answeredMs: number | null;
}

const databases: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ pg: "PostgreSQL", mysql: "MySQL", mysql2: "MySQL", redis: "Redis", ioredis: "Redis", mongodb: "MongoDB" },
    ...{ amqplib: "RabbitMQ", kafkajs: "Kafka", bullmq: "BullMQ" },
  }),
);
const connecting = /(^|[.:-])connect$/;

/** In the sequence of their spans. */
export function callsOf({ actors, spans }: Report): readonly Call[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const parentOf = ({ parentSpanId }: ReportedSpan) => byId.get(parentSpanId ?? "");
  const ended = new Map(actors.map(({ name, endedMs }) => [name, endedMs]));
  const calling = spans.filter((span) => isIncoming(span) || (isOutgoing(span) && !connecting.test(span.name)));

  /** What another call lies under. */
  const folded = new Set<ReportedSpan>();
  /** By the addresses at which they are called. */
  const services = new Map<string, string>();
  for (const span of calling) {
    const parent = parentOf(span);
    for (let above = parent; above && !isIncoming(above) && !folded.has(above); above = parentOf(above))
      folded.add(above);
    if (!isIncoming(span)) continue;
    for (const peer of [span.peer, parent?.peer]) if (typeof peer === "string") services.set(peer, span.service);
  }

  return calling
    .filter((span) => isIncoming(span) || !folded.has(span))
    .map((span): Call => {
      if (!isIncoming(span)) {
        const [from, to] = [party("service", span.service), peerOf(span, services)];
        return { span, from, to, madeMs: sentAt(span), answeredMs: span.endMs };
      }
      const caller = parentOf(span);
      // A call of the starter's own function, which the agent of the test's process has seen too.
      const isActors = !caller || (caller.service === span.service && !parentOf(caller) && isOutgoing(caller));
      const from = isActors ? party("actor", span.actor) : party("service", caller.service);
      // Spans of servers are told late: whoever called has its answer by then.
      const answeredMs = earliest(isActors ? (ended.get(span.actor) ?? null) : caller.endMs, sentBackAt(span));
      return { span, from, to: party("service", span.service), madeMs: span.startMs, answeredMs };
    });
}

export function party(type: Party["type"], name: string): Party {
  return { type, name };
}

function isIncoming({ kind }: ReportedSpan): boolean {
  return kind === "server" || kind === "consumer";
}

function isOutgoing({ kind }: ReportedSpan): boolean {
  return kind === "client" || kind === "producer";
}

function peerOf({ scope, peer, attributes }: ReportedSpan, services: ReadonlyMap<string, string>): Party {
  const library = scope.replace(/^.*instrumentation-/, "");
  const system = databases.get(library) ?? attributes["db.system.name"];
  if (system !== undefined) return party("peer", peer === null ? String(system) : `${String(system)} ${peer}`);
  const service = services.get(peer ?? "");
  return service === undefined ? party("peer", peer ?? library) : party("service", service);
}

// What is held in front is not sent before it is let go.
function sentAt({ startMs, pauses }: ReportedSpan): number | null {
  const pause = pauses.findLast(({ phase }) => phase === "before");
  if (!pause) return startMs;
  return pause.withdrawn === null ? pause.toMs : null;
}

// What a flow's hold keeps back is sent when it is let go; a thread's comes behind it.
function sentBackAt({ endMs, pauses }: ReportedSpan): number | null {
  const pause = pauses.findLast(({ phase, mode }) => phase === "after" && mode === "flow");
  return pause && pause.withdrawn === null ? pause.toMs : endMs;
}

function earliest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? other : Math.min(one, other);
}
