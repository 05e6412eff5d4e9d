// The process under test of idle-call.ts.
import { createRequire } from "node:module";
import { answerQuestions } from "./support/pair.ts";

export interface Question {
  readonly rounds: number;
}

export interface Block {
  readonly ns: number;
  /** How many microtasks a call takes until its caller goes on. */
  readonly microtasks: number;
}

/** `plain` has no spangate around it. */
export interface Round {
  readonly plain: Block;
  readonly gated: Block;
}

type Driver = Record<"query", (text: string, values: unknown) => unknown>;

const { InstrumentationBase } = createRequire(import.meta.url)(
  "@opentelemetry/instrumentation",
) as typeof import("@opentelemetry/instrumentation");
const calls = 200_000;
const warmUp = 5;

// The same patch in both: it starts no span, so that the layers are all that differs.
class Patching extends InstrumentationBase {
  init() {
    return [];
  }

  patch(driver: Driver): Driver {
    this._wrap(
      driver,
      "query",
      (raw) =>
        function query(this: Driver, text: string, values: unknown) {
          return raw.call(this, text, values);
        },
    );
    return driver;
  }
}

const instrumentations = { plain: new Patching("bench-plain", "1", {}), gated: new Patching("bench-gated", "1", {}) };
// What spangate has put over it is taken off again.
Object.defineProperty(instrumentations.plain, "_wrap", {
  value: (driver: Driver, name: "query", patch: (raw: Driver["query"]) => Driver["query"]) => {
    driver[name] = patch(driver[name]);
  },
});
if (!Object.hasOwn(instrumentations.gated, "_wrap")) throw new Error("No instrumentation is gated here.");

answerQuestions(async ({ rounds }: Question) => {
  const drivers = { plain: instrumentations.plain.patch(driver()), gated: instrumentations.gated.patch(driver()) };
  const taken: Round[] = [];
  for (let round = 0; round < warmUp + rounds; round++) {
    const first = round % 2 === 0 ? "plain" : "gated";
    const second = first === "plain" ? "gated" : "plain";
    const blocks = { [first]: await measure(drivers[first]), [second]: await measure(drivers[second]) };
    if (round >= warmUp) taken.push(blocks as unknown as Round);
  }
  return taken;
});

function driver(): Driver {
  const answer = Promise.resolve("rows");
  return { query: (text, values) => (text === "" ? values : answer) };
}

async function measure(driver: Driver): Promise<Block> {
  const spentBefore = process.cpuUsage().user;
  let last: unknown;
  for (let at = 0; at < calls; at++) last = driver.query("SELECT", at);
  const ns = ((process.cpuUsage().user - spentBefore) * 1_000) / calls;
  await last;
  return { ns, microtasks: await microtasksOf(driver) };
}

async function microtasksOf(driver: Driver): Promise<number> {
  let ticks = 0;
  let isOver = false;
  const count = () => {
    if (isOver) return;
    ticks += 1;
    queueMicrotask(count);
  };
  queueMicrotask(count);
  await driver.query("SELECT", 1);
  isOver = true;
  return ticks;
}
