// Two processes: this one with a gateway and its coordinator, and one with the real preload that answers questions.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { type Gateway, openGateway } from "spangate";

export interface Pair<Question> {
  readonly gateway: Gateway;
  /** Asks the process under test; one question at a time. */
  ask<Answer>(question: Question): Promise<Answer>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface PairOptions {
  /** Where the coordinator listens; a Unix socket by default. */
  readonly listen?: string;
  /** How the process under test holds; flows by default. */
  readonly hold?: "thread" | "flow";
  /** Options of the process under test's own, beside the preload's. */
  readonly execArgv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** @param probe the script of the process under test; it calls {@link answerQuestions} */
export async function openPair<Question extends object>(
  probe: URL,
  { listen, hold = "flow", execArgv = [], env = {} }: PairOptions = {},
): Promise<Pair<Question>> {
  const gateway = await openGateway({ ...(listen ? { listen } : {}), stepTimeoutMs: 60_000, stallMs: 30_000 });
  const child = fork(probe, {
    execArgv: [...execArgv],
    env: { ...process.env, ...gateway.environment("probe", process.env, { hold }), ...env },
  });
  await once(child, "message");
  return {
    gateway,
    ask: (question) => ask(child, question),
    [Symbol.asyncDispose]: async () => {
      child.disconnect();
      await once(child, "exit");
      await gateway.close();
    },
  };
}

async function ask<Answer>(child: ChildProcess, question: object): Promise<Answer> {
  const asked = new AbortController();
  const { signal } = asked;
  const end = once(child, "exit", { signal }).then(() =>
    Promise.reject(new Error("The process under test has ended.")),
  );
  const answer = once(child, "message", { signal });
  child.send(question);
  try {
    const [value] = await Promise.race([answer, end]);
    return value;
  } finally {
    end.catch(() => {});
    asked.abort();
  }
}

/** The other side: answers every question, and ends with its asker. */
export function answerQuestions<Question>(answer: (question: Question) => unknown): void {
  process.on("message", async (question) => process.send?.(await answer(question as Question)));
  process.on("disconnect", () => process.exit());
  process.send?.("ready");
}
