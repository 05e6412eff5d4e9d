// What an HTTP answer is compared with: headers that may be missing or several, numbers with all their digits.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import type { ExpectedAnswer } from "../../../src/scenario/model.ts";
import { callHttp, differencesOfAnswer } from "../../../src/scenario/run/http.ts";

const server = createServer((_, response) => {
  response.setHeader("set-cookie", ["session=abc; HttpOnly", "theme=dark"]);
  response.setHeader("x-empty", "");
  response.end('{"n": 12345678901234567.91, "id": 9007199254740993.0}');
});
server.listen(0, "127.0.0.1").unref();
await once(server, "listening");
const answer = await callHttp(`GET http://127.0.0.1:${(server.address() as AddressInfo).port}/`);

it.each<[ExpectedAnswer, boolean]>([
  [{ headers: { "x-missing": "" } }, false],
  [{ headers: { "x-missing": { contains: "" } } }, false],
  [{ headers: { "x-missing": { matches: "^" } } }, false],
  [{ headers: { "X-Empty": "" } }, true],
  [{ headers: { "set-cookie": { contains: "session=abc" } } }, true],
  [{ headers: { "Set-Cookie": "theme=dark" } }, true],
  [{ headers: { "set-cookie": { matches: "^theme" } } }, true],
  [{ headers: { "set-cookie": "session=abc" } }, false],
  [{ headers: { "set-cookie": { contains: "theme=dark\nsession" } } }, false],
  [{ json: { n: "12345678901234567.91" } }, true],
  [{ json: { n: "12345678901234567.89" } }, false],
  [{ json: { n: 12345678901234568 } }, false],
  [{ json: { id: 9007199254740992 } }, false],
])("an answer that is expected as %j: %s", (expected, met) => {
  expect(differencesOfAnswer(expected, answer).length === 0).toBe(met);
});

it("is told by each of its cookies, and by none that is not there", () => {
  expect(differencesOfAnswer({ headers: { "x-missing": "1", "set-cookie": { contains: "id=" } } }, answer)).toEqual([
    { at: "header x-missing", expected: '"1"', found: "" },
    { at: "header set-cookie", expected: 'contains "id="', found: '"session=abc; HttpOnly"' },
    { at: "header set-cookie", expected: 'contains "id="', found: '"theme=dark"' },
  ]);
});
