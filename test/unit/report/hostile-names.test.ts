// Names that a service gives its spans come to a terminal and into a page: they are shown, and do nothing.
import type { ServiceError } from "@grpc/grpc-js";
import { expect, it } from "vitest";
import type { Entry } from "../../../src/core/happenings.ts";
import { Interleaving } from "../../../src/report/interleaving.ts";
import { errorFromStatus, failureToStatus } from "../../../src/wire/failure.ts";
import { arrival } from "../../support/builders.ts";

const hostile = '\u001b]0;title\u0007\u001b[2J\u009b31m</script><img src=x onerror=alert(1)>\nsecond "line"\r';
const held = arrival("alice", "before", hostile, [0]);
const entry: Entry = { type: "held", actor: "alice", arrival: held, checkpoint: 0, atMs: 1 };
const controls = /(?!\n)\p{Cc}/u;

it("sends a terminal no control character, and one line a happening", () => {
  const text = interleaving().toString();
  expect(text).toContain("</script><img src=x onerror=alert(1)>\\u000asecond");
  expect(text).not.toMatch(controls);
  expect(text.split("\n")).toHaveLength(2);
});

it("has none in an error's message, whatever a service is called", () => {
  const failure = { code: "NoAgent" as const, message: `first\n  ${hostile}`, actor: undefined };
  const told = errorFromStatus(failureToStatus(failure) as ServiceError, "unix:s");
  expect(told.message).toContain("first\n");
  expect(told.message).not.toMatch(controls);
});

it("is text in the page, whose policy lets nothing run but its own script, and nothing be loaded", () => {
  const page = interleaving().toHtml();
  expect(page.match(/<script/g)).toHaveLength(2);
  expect(page.match(/<\/script>/g)).toHaveLength(2);
  expect(page).not.toContain("<img");
  const [, policy = ""] = /Content-Security-Policy" content="([^"]+)"/.exec(page) ?? [];
  expect(policy).toContain("default-src 'none'");
  expect(policy).toMatch(/script-src 'sha256-[^']+';/);
  expect(policy).not.toContain("unsafe");
  const [, data = ""] = /id="report">(.*?)<\/script>/s.exec(page) ?? [];
  expect(data).toContain("onerror");
  expect(JSON.parse(data).actors).toHaveLength(1);
});

function interleaving(): Interleaving {
  return new Interleaving({
    actors: [{ name: "alice", traceparent: undefined }],
    order: [],
    openedAtMs: 0,
    entries: [entry],
  });
}
