// Spans that no gate stopped, told in batches: for diagnosis, and as a sign of life. Noting one must cost next to
// nothing, so a flood overwrites its own oldest part.
import { SpanKind } from "@opentelemetry/api";
import type { DatabaseSession } from "../src/core/model.js";
import type { Passed } from "../src/gen/spangate/v1/agent.js";
import { toMachine } from "../src/machine-clock.js";
import { phaseToWire, spanToWire } from "../src/wire/spans.js";
import { momentOf } from "./attach/private-fields.js";
import { now, setTimeout } from "./real-time.js";
import type { ActorGates } from "./rules.js";
import { factsOf, hasSession, type SpanView } from "./span-facts.js";

interface Note {
  gates: ActorGates;
  phase: "before" | "after";
  span: SpanView;
  name: string;
  atMs: number;
}

const capacity = 256;
/** So many texts, those recorded and a path for each span, have room in one message: the coordinator takes 1 MiB. */
const textCapacity = 128;
/** The longest that a note waits for others, in milliseconds. */
const patienceMs = 10;

export class PassedSpans {
  readonly #send: (passed: Passed) => void;
  readonly #ring: Note[] = [];
  #noted = 0;

  constructor(send: (passed: Passed) => void) {
    this.#send = send;
  }

  note(gates: ActorGates, phase: "before" | "after", span: SpanView): void {
    // Who waits for news asks for it, so the timer need not keep the process alive.
    if (this.#noted === 0) setTimeout(() => this.flush(), patienceMs).unref();
    this.#write(gates, phase, span);
    // A message may outlive all else that is known of its actor: it is told before its sender can go on. And whoever
    // waits for a message waits for its consumer's end.
    if (phase === "before" ? span.kind === SpanKind.PRODUCER : span.kind === SpanKind.CONSUMER) this.flush();
    // Whether it waits for a lock is asked from now on.
    else if (gates.watchesLocks && phase === "before" && hasSession(span)) this.flush();
    else if (gates.recorded.length > 0 && this.#noted * (gates.recorded.length + 1) >= textCapacity) this.flush();
  }

  #write(gates: ActorGates, phase: "before" | "after", span: SpanView): void {
    const slot = this.#ring[this.#noted % capacity];
    this.#noted += 1;
    if (!slot) {
      this.#ring.push({ gates, phase, span, name: span.name, atMs: momentOf(span, phase) });
      return;
    }
    slot.gates = gates;
    slot.phase = phase;
    slot.span = span;
    slot.name = span.name;
    slot.atMs = momentOf(span, phase);
  }

  /** The session serves a call of nobody: told at once, since somebody may wait for its lock next. */
  noteNobodys({ runId }: ActorGates, session: DatabaseSession): void {
    this.flush();
    const atMs = toMachine(now());
    const unnamed = { name: "", spanId: "", parentSpanId: "", scope: "", peer: "", attributes: {}, endless: false };
    const span = spanToWire({ ...unnamed, kind: "internal", session });
    this.#send({ spans: [{ runId, actor: "", phase: phaseToWire("before"), span, atMs }], dropped: 0, atMs });
  }

  /** Sends what was noted since the last time. */
  flush(): void {
    const passed = this.take();
    if (passed) this.#send(passed);
  }

  /** What was noted since the last time, for whoever sends it with something else. */
  take(): Passed | undefined {
    const noted = this.#noted;
    if (noted === 0) return undefined;
    this.#noted = 0;
    const kept = Math.min(noted, capacity);
    const notes = Array.from({ length: kept }, (_, at) => this.#ring[(noted - kept + at) % capacity]);
    this.#ring.length = 0;
    return {
      spans: notes.flatMap((note) => (note ? [toWire(note)] : [])),
      dropped: noted - kept,
      atMs: toMachine(now()),
    };
  }
}

function toWire({ gates: { runId, actor, recorded }, phase, span, name, atMs }: Note): Passed["spans"][number] {
  return { runId, actor, phase: phaseToWire(phase), span: factsOf(span, name, recorded), atMs: toMachine(atMs) };
}
