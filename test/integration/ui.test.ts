// The server of the interactive page, as those call it who should get nothing from it; and what the page hears.
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type CoordinatorServer, serveCoordinator } from "../../src/coordinator/server.ts";
import { died } from "../../src/core/departure.ts";
import { type Gateway, openGateway } from "../../src/index.ts";
import type { LiveMessage } from "../../src/ui/protocol.ts";
import { serveUi, type UiServer } from "../../src/ui/server.ts";
import { agentToken } from "../../src/wire/token.ts";
import { failureOf } from "../support/failures.ts";
import { helloOf } from "../support/raw-agent.ts";
import { until } from "../support/until.ts";

const token = "a token of the tests";
const bearer = { authorization: `Bearer ${token}` };
const json = { "content-type": "application/json" };
let server: CoordinatorServer;
let gateway: Gateway;
let ui: UiServer;
let origin: string;
let port: number;
const unattended: string[] = [];

beforeAll(async () => {
  server = await serveCoordinator({ listen: "127.0.0.1:0", token });
  gateway = await openGateway({ connect: { address: server.address, token } });
  ui = await serveUi({
    ...{ listen: "127.0.0.1:0", token, calls: server.runners },
    onUnattended: ({ runId, starters }) => void unattended.push(`${runId} ${starters.join(",")}`),
  });
  ({ origin } = new URL(ui.url));
  port = Number(new URL(ui.url).port);
});
afterEach(() => server.runners.stepByHand({ on: false }));
afterAll(async () => {
  await gateway.close();
  await ui.close();
  await server.close();
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** As it is: no client cleans the path, or sets headers. */
async function ask(path: string, { method = "GET", headers = {}, body }: Asked = {}): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const sent = httpRequest({ host: "127.0.0.1", port, path, method, headers, agent: false }, (response) => {
    let text = "";
    response.setEncoding("utf8").on("data", (part: string) => {
      text += part;
    });
    response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    response.on("error", reject);
  });
  sent.on("error", reject);
  sent.end(body);
  return await promise;
}

const post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  ask(path, { method: "POST", headers: { ...bearer, ...json, ...headers }, body: JSON.stringify(body) });

/** Whether anybody has switched on what these tests try to. */
async function isByHand(): Promise<boolean> {
  const stream = new Stream();
  await stream.heard(({ type }) => type === "ready");
  stream.end();
  return stream.messages.some((it) => it.type === "byHand" && it.isOn);
}

/** What an open page hears. */
class Stream {
  readonly messages: LiveMessage[] = [];
  isOver = false;
  readonly #request;

  constructor(runId = "") {
    const path = runId === "" ? "/api/live" : `/api/live/${runId}`;
    this.#request = httpRequest({ host: "127.0.0.1", port, path, headers: bearer, agent: false }, (response) => {
      let rest = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        const lines = (rest + text).split("\n");
        rest = lines.pop() ?? "";
        this.messages.push(...lines.map((line) => JSON.parse(line) as LiveMessage));
      });
      response.on("close", () => {
        this.isOver = true;
      });
      response.on("error", () => {});
    });
    this.#request.on("error", () => {});
    this.#request.end();
  }

  async heard<Message extends LiveMessage>(fits: (message: LiveMessage) => boolean): Promise<Message> {
    return await until("a message", () => this.messages.find(fits) as Message | undefined);
  }

  end(): void {
    this.#request.destroy();
  }
}

describe("a request gets nothing", () => {
  it.each<[string, Readonly<Record<string, string>>, number]>([
    ["without a token", {}, 401],
    ["with a wrong token", { authorization: "Bearer another" }, 401],
    ["with the token in another scheme", { authorization: `Basic ${token}` }, 401],
    ["with the token of the gateway's agents", { authorization: `Bearer ${agentToken(token)}` }, 403],
    ["from another website", { ...bearer, origin: "https://evil.example" }, 403],
    ["from a page without an origin of its own", { ...bearer, origin: "null" }, 403],
    ["from another port of this machine", { ...bearer, origin: "http://127.0.0.1:1" }, 403],
    ["from another website, as the browser tells it", { ...bearer, "sec-fetch-site": "cross-site" }, 403],
    ["from another port, as the browser tells it", { ...bearer, "sec-fetch-site": "same-site" }, 403],
    ["under a name that leads here", { ...bearer, host: "evil.example" }, 421],
    ["under a name of ours with another port", { ...bearer, host: "localhost:1" }, 421],
  ])("%s", async (_, headers, status) => {
    for (const path of ["/api/live", "/api/live/00"])
      expect(await ask(path, { headers })).toMatchObject({ status, body: expect.stringContaining("error") });
    for (const path of ["/api/by-hand", "/api/steer", "/api/release"]) {
      const body = JSON.stringify({ on: true });
      expect((await ask(path, { method: "POST", headers: { ...json, ...headers }, body })).status).toBe(status);
    }
    expect(await isByHand()).toBe(false);
  });

  it("with the token in its query, nor does any other query", async () => {
    for (const path of [`/?token=${token.replaceAll(" ", "+")}`, "/api/live?token=x", "/live.js?x"]) {
      expect(await ask(path, { headers: bearer })).toMatchObject({
        status: 400,
        body: expect.stringContaining("No query is taken here"),
      });
    }
  });

  it("under a stranger's name, not even the page", async () => {
    expect((await ask("/", { headers: { host: `evil.example:${port}` } })).status).toBe(421);
  });

  it.each([
    "/../package.json",
    "/..%2fpackage.json",
    "/%2e%2e/%2e%2e/etc/passwd",
    "//etc/passwd",
    "/live.js/../page.js",
    "/page.js",
    "/live.js%00",
    "/__proto__",
    "/constructor",
    `/api/live/${"../".repeat(9)}etc/passwd`,
    "/api/constructor",
    "/api/",
  ])("for what is no file of the page: %s", async (path) => {
    const { status, body } = await ask(path, { headers: bearer });
    expect([status, body]).toEqual([404, expect.stringMatching(/^\{"error":"There is no such (page|request)\."\}$/)]);
  });

  it.each([
    ["POST", "/", 405],
    ["DELETE", "/live.js", 405],
    ["OPTIONS", "/api/by-hand", 405],
    ["GET", "/api/by-hand", 405],
    ["PUT", "/api/steer", 405],
    ["POST", "/api/live", 405],
  ])("by a method that is not its own: %s %s", async (method, path, status) => {
    const { headers, ...answer } = await ask(path, { method, headers: { ...bearer, ...json } });
    expect(answer.status).toBe(status);
    expect(headers.allow).toMatch(/^(GET|GET, HEAD|POST)$/);
    expect(headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("with a huge body, however it is told, and the server goes on", async () => {
    const huge = "x".repeat(5_000);
    expect(await post("/api/by-hand", { on: true, huge })).toMatchObject({ status: 413 });
    const chunked = { ...bearer, ...json, "transfer-encoding": "chunked" };
    expect(await ask("/api/by-hand", { method: "POST", headers: chunked, body: huge })).toMatchObject({ status: 413 });
    expect(await isByHand()).toBe(false);
  });

  it("with huge headers", async () => {
    expect((await ask("/api/live", { headers: { ...bearer, x: "x".repeat(10_000) } })).status).toBe(431);
  });

  it("that is no HTTP, and the server goes on", async () => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    const closed = new Promise((resolve) => socket.on("close", resolve));
    socket.resume();
    socket.write("\x16\x03\x01nothing\r\n\r\n");
    await closed;
    expect((await ask("/")).status).toBe(200);
  });

  it.each<[string, string, unknown]>([
    ["no object", "by-hand", 1],
    ["a text in place of a truth", "by-hand", { on: "true" }],
    ["no goal", "steer", { runId: "1", number: 1 }],
    ["another goal", "steer", { runId: "1", number: 1, goal: { type: "restart" } }],
    ["a number that is none", "steer", { runId: "1", number: -1, goal: { type: "next" } }],
    ["a number that no wire carries", "release", { instance: "1", id: 2 ** 32 }],
    ["a prototype", "release", { __proto__: { instance: "1", id: 1 } }],
  ])("that makes no sense: %s", async (_, path, body) => {
    expect(await post(`/api/${path}`, body)).toMatchObject({ status: 400 });
  });

  it("that is no JSON, or does not say that it is", async () => {
    expect((await ask("/api/by-hand", { method: "POST", headers: { ...bearer, ...json }, body: "{" })).status).toBe(
      400,
    );
    for (const type of ["text/plain", "application/x-www-form-urlencoded"])
      expect((await post("/api/by-hand", { on: true }, { "content-type": type })).status).toBe(415);
    expect(await isByHand()).toBe(false);
  });
});

it("serves the page under every name of this machine, with a policy that lets nothing else run or be loaded", async () => {
  for (const host of ["127.0.0.1", "localhost", "[::1]"]) {
    const { status, headers, body } = await ask("/", { headers: { host: `${host}:${port}` } });
    expect(status).toBe(200);
    expect(body).toContain('<script src="/live.js" defer>');
    expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(headers).toMatchObject({
      ...{ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "cache-control": "no-store" },
      ...{ "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin" },
    });
    expect(body).not.toContain(token);
  }
  expect(await ask("/live.js", { method: "HEAD" })).toMatchObject({ status: 200, body: "" });
});

it("takes a request with the token that comes from no browser, and from its own page", async () => {
  expect((await post("/api/by-hand", { on: true })).status).toBe(200);
  const own = { origin, "sec-fetch-site": "same-origin" };
  expect((await post("/api/by-hand", { on: false }, own)).status).toBe(200);
});

it("is refused beyond this machine, and where somebody else listens", async () => {
  const beyond = { listen: "0.0.0.0:0", token, calls: server.runners };
  expect(await failureOf(serveUi(beyond))).toMatchObject({ code: "BadOption" });
  expect(await failureOf(serveUi({ ...beyond, listen: "unix:/tmp/x" }))).toMatchObject({ code: "BadOption" });
  expect(await failureOf(serveUi({ ...beyond, listen: `127.0.0.1:${port}` }))).toMatchObject({
    code: "CoordinatorUnreachable",
    message: expect.stringContaining("EADDRINUSE"),
  });
});

it("opens no more pages at once than it can serve", async () => {
  const streams = Array.from({ length: 32 }, () => new Stream());
  await Promise.all(streams.map((it) => it.heard(({ type }) => type === "hello")));
  expect((await ask("/api/live", { headers: bearer })).status).toBe(503);
  for (const it of streams) it.end();
});

describe("a page hears", () => {
  it("what is there, then what comes and goes, and all of the run that it follows", async () => {
    const session = server.attach(() => {});
    session.receive({ event: { $case: "hello", value: helloOf("bank") } });
    const first = new Stream();
    await first.heard(({ type }) => type === "ready");
    expect(first.messages.map(({ type }) => type)).toEqual(["hello", "attached", "ready"]);
    // It would have to take every run's rules.
    session.end(died("it was seen"));
    await first.heard(({ type }) => type === "left");
    const [alice, bob] = [gateway.starter("alice", () => "a"), gateway.starter("bob", () => "b")];
    await using runner = gateway.runner([alice, bob], [alice.started, bob.finished]);
    await runner.next();
    const { runId } = await first.heard<Extract<LiveMessage, { type: "runOpened" }>>(
      ({ type }) => type === "runOpened",
    );
    const second = new Stream(runId);
    const { run } = await second.heard<Extract<LiveMessage, { type: "run" }>>(({ type }) => type === "run");
    expect(run).toMatchObject({ runId, starters: ["alice", "bob"] });
    expect(run.order.map(({ code, step }) => [code, step])).toEqual([
      ["alice.started", 0],
      ["bob.finished", 1],
    ]);
    await runner.finish();
    await runner.close();
    await second.heard(({ type }) => type === "over");
    await second.heard(({ type }) => type === "runClosed");
    const happened = second.messages.flatMap((it) => (it.type === "events" ? it.events : []));
    const own = happened.filter(({ type }) => type !== "passed").map(({ type, actor }) => `${type} ${actor}`);
    expect(own).toEqual(expect.arrayContaining(["reached null", "begin alice", "ended bob"]));
    for (const it of [first, second]) it.end();
  });

  it("of runs that were closed before it came, and how they ended", async () => {
    const alice = gateway.starter("alice", () => {
      throw new Error("on purpose");
    });
    await using runner = gateway.runner([alice], [alice.after("never")]);
    await runner.next().catch(() => {});
    await runner.close();
    const late = new Stream();
    await late.heard(({ type }) => type === "ready");
    const closed = late.messages.filter((it) => it.type === "runClosed");
    expect(closed.at(-1)).toMatchObject({ failure: "StarterCrashed" });
    const { runId } = closed.at(-1) as { readonly runId: string };
    expect(late.messages).toContainEqual({ type: "runOpened", runId, starters: ["alice"] });
    late.end();
  });

  it("that a step waits, lets it go on, and hears what came of it", async () => {
    const page = new Stream();
    await page.heard(({ type }) => type === "ready");
    await post("/api/by-hand", { on: true });
    const alice = gateway.starter("alice", () => "a");
    await using runner = gateway.runner([alice], [alice.started, alice.finished]);
    const results = runner.finish();
    type Step = Extract<LiveMessage, { type: "step" }>;
    const { runId, number, wanted } = await page.heard<Step>((it) => it.type === "step" && it.state === "person");
    expect(wanted).toEqual({ type: "finish" });
    const beyond = { runId, number, goal: { type: "skipTo", checkpoint: 7 } };
    expect(await post("/api/steer", beyond)).toMatchObject({
      status: 409,
      body: expect.stringContaining("has no checkpoint 7"),
    });
    expect((await post("/api/steer", { runId, number, goal: { type: "next" } })).status).toBe(200);
    await page.heard((it) => it.type === "step" && it.state === "person" && it.number > number);
    // Somebody else's page has not heard of it yet.
    expect((await post("/api/steer", { runId, number, goal: { type: "next" } })).status).toBe(409);
    await post("/api/by-hand", { on: false });
    expect(await results).toEqual({ alice: "a" });
    page.end();
  });

  it("that nothing stood there, where it lets go what has gone on already", async () => {
    expect(await post("/api/release", { instance: "1", id: 1 })).toMatchObject({
      status: 200,
      body: '{"released":false}',
    });
  });
});

it("says of a run that it waits for a hand while no page is open: at once, or when the last one is closed", async () => {
  unattended.length = 0;
  await server.runners.stepByHand({ on: true });
  const alice = gateway.starter("alice", () => "a");
  await using runner = gateway.runner([alice], [alice.finished]);
  const results = failureOf(runner.finish());
  await until("a word about it", () => unattended[0]);
  const [one, other] = [new Stream(), new Stream()];
  await Promise.all([one, other].map((it) => it.heard(({ type }) => type === "step")));
  one.end();
  other.end();
  await until("a second word", () => unattended[1]);
  expect(unattended).toEqual([expect.stringMatching(/^[0-9a-f]+ alice$/), unattended[0]]);
  await runner.close();
  await results;
});

it("ends with its coordinator, and its pages' streams with it", async () => {
  const other = await serveUi({ listen: "127.0.0.1:0", token, calls: server.runners });
  const own = port;
  port = Number(new URL(other.url).port);
  const page = new Stream();
  await page.heard(({ type }) => type === "hello");
  await other.close();
  await until("the stream's end", () => page.isOver || undefined);
  port = own;
});

it("belongs to a gateway too, which tells its address and prints nothing", async () => {
  const own = await openGateway({ ui: { step: true } });
  const { origin: url, hash } = new URL(own.ui ?? "");
  expect(hash).toBe(`#token=${own.coordinator.token}`);
  expect((await fetch(url)).status).toBe(200);
  await own.close();
  expect(await failureOf(fetch(url))).toBeInstanceOf(TypeError);
  expect(gateway.ui).toBeUndefined();
  const connected = { connect: { address: server.address, token }, ui: true };
  expect(await failureOf(openGateway(connected))).toMatchObject({ code: "BadOption" });
});
