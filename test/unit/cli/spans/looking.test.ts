// One look at a coordinator whose stream a test plays.
import { expect, it } from "vitest";
import { Looking } from "../../../../src/cli/spans/looking.ts";
import type { Operator } from "../../../../src/runner/operator.ts";
import type { Found } from "../../../../src/wire/discovery.ts";
import type { AttachedAgent } from "../../../../src/wire/watching.ts";
import { seenBy, sortOf } from "../../../support/seen.ts";

const agent: AttachedAgent = {
  ...{ instance: "1", service: "bank", pid: 41, thread: 0, modes: [], versions: {}, ports: [] },
};

function look() {
  const ended = Promise.withResolvers<void>();
  const played = { find: (_: readonly Found[]) => {}, syncs: 0, ended };
  const operator = {
    discover: (_: readonly string[], onFound: (found: readonly Found[]) => void) => {
      played.find = onFound;
      return { ended: ended.promise, stop: () => {} };
    },
    syncAgents: async () => {
      played.syncs += 1;
    },
  } as unknown as Operator;
  const fresh: string[] = [];
  const looking = new Looking(operator, [], (entries) => fresh.push(...entries.map(({ before }) => before.name)));
  return { looking, played, fresh };
}

/** Whether it has settled, once all that is to be done at once is done. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  void promise.then(() => {
    done = true;
  });
  await new Promise(setImmediate);
  return done;
}

it("has all that an agent told once it has left, and waits for no other", async () => {
  const { looking, played } = look();
  expect(await isDone(looking.allLeft(60_000))).toBe(true);
  played.find([{ type: "attached", agent }]);
  const left = looking.allLeft(60_000);
  played.find([{ type: "seen", ...seenBy("bank", sortOf("late")) }]);
  expect(await isDone(left)).toBe(false);
  played.find([{ type: "left", agent, died: false, reason: "" }]);
  expect(await isDone(left)).toBe(true);
  expect(looking.catalogue.entries.map(({ before }) => before.name)).toEqual(["late"]);
  expect([...looking.agents]).toEqual(["bank (pid 41)"]);
});

it("waits no longer than it is told for what outlives its command", async () => {
  const { looking, played } = look();
  played.find([{ type: "attached", agent }]);
  await looking.allLeft(1);
});

it("has caught up when that has been told, not when it was asked for", async () => {
  const { looking, played } = look();
  const caughtUp = looking.catchUp();
  expect([await isDone(caughtUp), played.syncs]).toEqual([false, 1]);
  played.find([{ type: "seen", ...seenBy("bank", sortOf("late")) }, { type: "told" }]);
  expect(await isDone(caughtUp)).toBe(true);
});

it("tells what is new in the sequence in which it began", () => {
  const { played, fresh } = look();
  played.find([
    { type: "seen", ...seenBy("bank", sortOf("inner", { firstAtMs: 2 })) },
    { type: "seen", ...seenBy("bank", sortOf("outer", { firstAtMs: 1 })) },
  ]);
  played.find([{ type: "seen", ...seenBy("bank", sortOf("inner", { firstAtMs: 2 })) }]);
  expect(fresh).toEqual(["outer", "inner"]);
});

it("fails with what ends the coordinator's stream", async () => {
  const { looking, played } = look();
  played.ended.reject(new Error("gone"));
  await expect(looking.begun).rejects.toThrow("gone");
});
