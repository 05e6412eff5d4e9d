import { expect, it } from "vitest";
import { pingMs, Silence, silentPings } from "../../../src/core/silence.ts";

it("lasts too long after five pings in a row without a word, ten to twelve seconds", () => {
  const silence = new Silence();
  // Something came before the first ping.
  expect([100, 100, 100, 100, 100, 100].map((heard) => silence.ping(heard))).toEqual([...Array(5).fill(false), true]);
  expect((pingMs * silentPings) / 1_000).toBe(10);
});

it("begins anew with every word", () => {
  const silence = new Silence();
  const heard = [1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3];
  expect(heard.map((it) => silence.ping(it))).toEqual(heard.map(() => false));
});

it("counts pings and no time: who stood still himself has sent none", () => {
  const silence = new Silence();
  silence.ping(1);
  silence.ping(1);
  expect(silence.ping(1)).toBe(false);
});
