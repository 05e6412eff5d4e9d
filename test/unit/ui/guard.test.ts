// The page's addresses, as browsers write them.
import { expect, it } from "vitest";
import { newGuard } from "../../../src/ui/guard.ts";

const ask = (port: number, host: string, origin?: string) =>
  newGuard(
    "secret",
    "127.0.0.1",
    () => port,
  )({
    headers: { host, ...(origin !== undefined && { origin }), authorization: "Bearer secret" },
    url: "/api/steer",
  } as never);

it("takes the port that http has with and without it, and no other one without it", () => {
  expect(ask(80, "127.0.0.1", "http://127.0.0.1")).toBeUndefined();
  expect(ask(80, "localhost:80", "http://localhost:80")).toBeUndefined();
  expect(ask(80, "evil.example")).toMatchObject({ status: 421 });
  expect(ask(80, "127.0.0.1", "http://evil.example")).toMatchObject({ status: 403 });
  expect(ask(8080, "127.0.0.1")).toMatchObject({ status: 421 });
  expect(ask(8080, "127.0.0.1:8080", "http://127.0.0.1:8080")).toBeUndefined();
});
