// Numbers of JSON keep all their digits.
import { expect, it } from "vitest";
import { parseJson } from "../../../src/scenario/json.ts";

it("keeps whole numbers beyond 2⁵³ as texts, and everything else as JSON.parse does", () => {
  const text =
    '{"id": 9007199254740993, "ids": [-12345678901234567890, 9007199254740991, 1.5, 1e30], "t": "1", "n": null}';
  expect(parseJson(text)).toEqual({
    id: "9007199254740993",
    ids: ["-12345678901234567890", 9007199254740991, 1.5, 1e30],
    t: "1",
    n: null,
  });
  expect(() => parseJson("{")).toThrow(SyntaxError);
});
