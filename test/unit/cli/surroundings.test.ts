// Signals: the first one asks, the second one ends.
import { expect, it } from "vitest";
import { whenAskedToEnd } from "../../../src/cli/surroundings.ts";
import { FakeSurroundings } from "../../support/surroundings.ts";

it("lets a command end in order at the first signal, and ends the process at the second one", async () => {
  const around = new FakeSurroundings();
  const asked = whenAskedToEnd(around);
  around.signal("SIGINT");
  expect(await asked).toBe("SIGINT");
  expect(around.exits).toEqual([]);
  around.time = 1_000;
  around.signal("SIGINT");
  expect(around.exits).toEqual([130]);
});

it("takes the same signal at once for the same wish, another one for another", () => {
  const around = new FakeSurroundings();
  void whenAskedToEnd(around);
  around.signal("SIGINT");
  around.time = 50;
  around.signal("SIGINT");
  expect(around.exits).toEqual([]);
  around.signal("SIGTERM");
  expect(around.exits).toEqual([143]);
});
