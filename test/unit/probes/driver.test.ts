// A probe has one connection at most, and none once it is closed: one that is left keeps the test's process running.
import { describe, expect, it } from "vitest";
import { Kept } from "../../../src/probes/driver.ts";
import { failureOf } from "../../support/failures.ts";

class Connections {
  readonly all: { readonly lose: () => void; readonly arrive: (number: number) => void; readonly fail: () => void }[] =
    [];
  readonly kept = new Kept<number>((lose) => {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.all.push({ lose, arrive: resolve, fail: () => reject(new Error("refused")) });
    return promise;
  });

  static async open(): Promise<Connections> {
    const made = new Connections();
    const open = made.kept.open();
    made.all[0]?.arrive(1);
    await open;
    return made;
  }
}

describe("a probe's connection", () => {
  it("is made anew once, however many ask for it while it is lost", async () => {
    const { all, kept } = await Connections.open();
    all[0]?.lose();
    const asked = [kept.get(), kept.get()];
    all[1]?.arrive(2);
    expect(await Promise.all(asked)).toEqual([2, 2]);
    expect(all).toHaveLength(2);
  });

  it("is made anew where that has failed once", async () => {
    const { all, kept } = await Connections.open();
    all[0]?.lose();
    const asked = failureOf(kept.get());
    all[1]?.fail();
    expect(await asked).toMatchObject({ message: "refused" });
    const again = kept.get();
    all[2]?.arrive(3);
    expect(await again).toBe(3);
  });

  it("is given to who closes the probe while it is made", async () => {
    const { all, kept } = await Connections.open();
    all[0]?.lose();
    const asked = kept.get();
    const taken = kept.take();
    all[1]?.arrive(2);
    expect(await taken).toBe(2);
    expect(await asked).toBe(2);
  });

  it("is not made for a question behind the end, until the probe is opened again", async () => {
    const { all, kept } = await Connections.open();
    expect(await kept.take()).toBe(1);
    expect(await failureOf(kept.get())).toMatchObject({ message: "the probe is closed" });
    expect(all).toHaveLength(1);
    const open = kept.open();
    all[1]?.arrive(2);
    expect(await open).toBe(2);
  });
});
