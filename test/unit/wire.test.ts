// What leaves one process arrives in the other: core → wire → bytes → wire → core.
import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Checkpoint } from "../../src/core/model.ts";
import { RuleSet, SpanFacts, SpanSort } from "../../src/gen/spangate/v1/model.ts";
import { OpenRequest, RunEvent, Failure as WireFailure } from "../../src/gen/spangate/v1/runner.ts";
import { discoveryFromWire, sortFromWire, sortToWire } from "../../src/wire/discovery.ts";
import { errorFromStatus, failureToStatus } from "../../src/wire/failure.ts";
import {
  entryFromWire,
  failureFromWire,
  failureToWire,
  happeningToWire,
  orderFromWire,
  orderToWire,
} from "../../src/wire/runs.ts";
import {
  modeFromWire,
  phaseFromWire,
  rulesFromWire,
  rulesToWire,
  spanFromWire,
  spanToWire,
} from "../../src/wire/spans.ts";
import { agentToken, roleReader, tokenMetadata } from "../../src/wire/token.ts";
import { anyEntry, anyFailure, anyOrder, anyRules, anySort, anySpan } from "../support/arbitraries.ts";

interface Message<T> {
  encode(message: T): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
}

function send<T>(type: Message<T>, message: T): T {
  return type.decode(type.encode(message).finish());
}

describe("the wire", () => {
  it("brings every order to the coordinator as it was written", () => {
    fc.assert(
      fc.property(anyOrder, (order) => {
        const lists = { starters: [], adoptions: [], recordAttributes: [] };
        const request = { ...lists, order: orderToWire(order), stepTimeoutMs: 0, stallMs: 0 };
        expect(orderFromWire(send(OpenRequest, request).order)).toEqual(order);
      }),
    );
  });

  it("brings every span to the coordinator as the agent told it", () => {
    fc.assert(
      fc.property(anySpan, (span) => {
        expect(spanFromWire(send(SpanFacts, spanToWire(span)))).toEqual(span);
      }),
    );
  });

  it("brings every sort of spans to who asks for them, and the question to the agents", () => {
    fc.assert(
      fc.property(anySort, fc.array(fc.string()), (sort, values) => {
        expect(sortFromWire(send(SpanSort, sortToWire(sort)))).toEqual(sort);
        expect(discoveryFromWire(send(RuleSet, rulesToWire(1, [], { values })))).toEqual({ values });
        expect(discoveryFromWire(send(RuleSet, rulesToWire(1, [])))).toBeUndefined();
      }),
    );
  });

  it("brings every rule to the agents", () => {
    fc.assert(
      fc.property(anyRules, fc.nat(), (rules, version) => {
        const sent = send(RuleSet, rulesToWire(version, rules));
        expect(sent.version).toBe(version);
        expect(rulesFromWire(sent)).toEqual(rules);
      }),
    );
  });

  it("brings everything that happens to the test", () => {
    const anyTold = anyOrder.chain((order) => {
      const checkpoints: readonly Checkpoint[] = order.flat();
      return anyEntry(checkpoints).map((entry) => ({ entry, checkpoints }));
    });
    fc.assert(
      fc.property(anyTold, ({ entry, checkpoints }) => {
        const sent = send(RunEvent, { sequence: 1, atMs: entry.atMs, event: happeningToWire(entry) });
        expect(entryFromWire(sent, checkpoints)).toMatchObject(entry);
      }),
    );
  });

  it("brings every failure to the test, in the stream and with the call that failed", () => {
    fc.assert(
      fc.property(anyFailure, (failure) => {
        expect(failureFromWire(send(WireFailure, failureToWire(failure)))).toEqual(failure);
        const { code, message, actor } = errorFromStatus(failureToStatus(failure) as ServiceError, "unix:s");
        expect({ code, message, actor }).toEqual(failure);
      }),
    );
  });
});

describe("what the wire cannot read", () => {
  it("is a mistake of the order, for a phase that this version does not know", () => {
    const step = {
      checkpoints: [{ starter: "alice", phase: 99 as never, span: undefined, nth: 0, ifReached: false, hold: 0 }],
    };
    expect(() => orderFromWire([step])).toThrow(expect.objectContaining({ code: "BadOrder" }));
    expect(phaseFromWire(0)).toBeUndefined();
  });

  it("is left out, for a rule without a side or a span", () => {
    const [rules] = rulesFromWire({
      discovery: undefined,
      version: 1,
      actors: [
        {
          ...{ runId: "r", actor: "a", traceId: "t", adopt: undefined, watchesLocks: false, recordAttributes: [] },
          rules: [
            { checkpoint: 0, phase: 1, span: undefined, hold: 0 },
            { checkpoint: 1, phase: 3, span: undefined, hold: 0 },
          ],
        },
      ],
    });
    expect(rules?.rules).toEqual([]);
  });

  it("is no happening, for an event or a checkpoint that this version does not know", () => {
    expect(entryFromWire({ sequence: 1, atMs: 0, event: undefined }, [])).toBeUndefined();
    const reached = {
      $case: "reached" as const,
      value: { reached: [{ checkpoint: 7, reached: true, arrival: undefined, wait: undefined }] },
    };
    expect(entryFromWire({ sequence: 1, atMs: 0, event: reached }, [])).toEqual({
      type: "reached",
      reached: [],
      atMs: 0,
    });
  });

  it("is spangate's own fault, for a code of a newer peer", () => {
    expect(failureFromWire({ code: "FromTheFuture", message: "m", actor: "" }).code).toBe("Internal");
  });

  it("falls back to the hold that is sure to stop", () => {
    expect(modeFromWire(0)).toBe("thread");
  });
});

describe("the status of a call", () => {
  const failed = (code: status) =>
    errorFromStatus({ code, details: "it is gone", metadata: new Metadata() } as ServiceError, "unix:s");

  it.each([
    [status.UNAUTHENTICATED, "Refused"],
    [status.PERMISSION_DENIED, "Refused"],
    [status.UNAVAILABLE, "CoordinatorGone"],
    [status.CANCELLED, "CoordinatorGone"],
    [status.INTERNAL, "Internal"],
  ])("%i means %s", (code, name) => {
    expect(failed(code)).toMatchObject({ code: name, name, message: expect.stringContaining("unix:s") });
  });

  it("is one line, though the failure has many", () => {
    expect(failureToStatus({ code: "NoAgent", message: "one\n  two", actor: undefined }).details).toBe("one");
  });
});

describe("the token", () => {
  const anyToken = fc.stringMatching(/^[0-9a-f]{1,64}$/);

  it("tells a runner, an agent and nobody else", () => {
    fc.assert(
      fc.property(anyToken, anyToken, (secret, other) => {
        const roleOf = roleReader(secret);
        expect(roleOf(tokenMetadata(secret))).toBe("runner");
        expect(roleOf(tokenMetadata(agentToken(secret)))).toBe("agent");
        expect(roleOf(tokenMetadata(other))).toBe(other === secret ? "runner" : undefined);
        expect(roleOf(tokenMetadata(agentToken(other)))).toBe(other === secret ? "agent" : undefined);
        expect(roleOf(tokenMetadata(agentToken(agentToken(secret))))).toBeUndefined();
      }),
    );
  });

  it.each(["", "Bearer ", "secret", "bearer secret", "Basic secret", "Bearer secret "])("is not %j", (shown) => {
    const metadata = new Metadata();
    if (shown !== "") metadata.set("authorization", shown);
    expect(roleReader("secret")(metadata)).toBeUndefined();
  });
});
