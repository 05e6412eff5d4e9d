import { beforeEach, describe, expect, it } from "vitest";
import { layersOf } from "../../../../instrumentation/flow/layers.ts";
import { middleware } from "../../../../instrumentation/flow/middleware.ts";
import { layMethod } from "../../../../instrumentation/flow/patch-methods.ts";
import { FlowUnderTest, Instrumented, scope } from "../../../support/flow.ts";

type Next = (error?: unknown) => void;
type Middleware = (request: string, response: object, next: Next) => unknown;

/** Patches by assignment, as connect's does: what comes next is called inside the span. */
class Assigning extends Instrumented {
  constructor(test: FlowUnderTest) {
    super();
    Object.assign(this, {
      patchMiddleware: (route: string, raw: Middleware): Middleware =>
        Object.defineProperty(
          (request: string, response: object, next: Next) => {
            const trace = test.start(route);
            return raw(request, response, (error) => {
              next(error);
              test.end(trace);
            });
          },
          "length",
          { value: raw.length },
        ),
    });
  }
}

let test: FlowUnderTest;
let use: (raw: (...args: never[]) => unknown, route?: string) => (...args: unknown[]) => unknown;

beforeEach(() => {
  test = new FlowUnderTest();
  const instrumentation = new Assigning(test);
  layMethod(instrumentation, "patchMiddleware", 1, layersOf(scope, test.flow), () => middleware);
  const { patchMiddleware } = instrumentation as unknown as { patchMiddleware: (...args: unknown[]) => unknown };
  use = (raw, route = "held") => patchMiddleware(route, raw) as never;
});

function tick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe("held middleware", () => {
  it("is called when it is let go, and what comes next when that is let go", async () => {
    const handle = use((_request: string, _response: object, next: Next) => {
      test.told.push("handler");
      next();
    });
    handle("request", {}, () => test.told.push("next"));
    expect(test.told).toEqual(["before held"]);
    test.holds[0]?.open();
    await tick();
    expect(test.told).toEqual(["before held", "handler", "after held"]);
    test.holds[1]?.open();
    await tick();
    expect(test.told.at(-1)).toBe("next");
  });

  it("keeps the number of its arguments, by which error handlers are known", () => {
    expect(use((_error: never, _request: never, _response: never, _next: never) => {})).toHaveLength(4);
  });

  it("goes on with what it throws", async () => {
    const error = new Error("thrown");
    const given: unknown[] = [];
    const handle = use(() => {
      throw error;
    });
    handle("request", {}, (reason: unknown) => given.push(reason));
    for (const at of [0, 1]) {
      test.holds[at]?.open();
      await tick();
    }
    expect(given).toEqual([error]);
  });

  it("goes on twice where it does so by itself, in sequence", async () => {
    const given: unknown[] = [];
    const handle = use((_request: string, _response: object, next: Next) => {
      next("first");
      next("second");
    });
    handle("request", {}, (reason: unknown) => given.push(reason));
    for (const at of [0, 1]) {
      test.holds[at]?.open();
      await tick();
    }
    expect(given).toEqual(["first", "second"]);
  });

  it("passes what the raw function gives back, and is not touched where nothing asks for it", () => {
    const response = {};
    const handle = use((...args: unknown[]) => args, "free");
    const [request, same] = handle("request", response, () => {}) as unknown[];
    expect(request).toBe("request");
    expect(same).toBe(response);
  });
});
