// Who waits for whom, by the rows of performance_schema.metadata_locks.
import { describe, expect, it } from "vitest";
import { waitsForGranted, waitsForPending } from "../../../src/probes/metadata-lock-types.ts";
import { type MetadataLock, metadataWaits } from "../../../src/probes/metadata-locks.ts";

const [alice, bob, carol, dave] = [1, 2, 3, 4];

function lock(session: number, status: "GRANTED" | "PENDING", type: string, rest: Partial<MetadataLock> = {}) {
  const state = status === "PENDING" ? "Waiting for table metadata lock" : null;
  const object = { objectType: "TABLE", objectSchema: "bank", objectName: "account" };
  return { session, state, ...object, type, status, ...rest };
}
const granted = (session: number, type: string, rest?: Partial<MetadataLock>) => lock(session, "GRANTED", type, rest);
const pending = (session: number, type: string, rest?: Partial<MetadataLock>) => lock(session, "PENDING", type, rest);
const by = (locks: readonly MetadataLock[], id: number) => metadataWaits(locks, [id]).map((wait) => wait.by)[0];

describe("a session that waits", () => {
  it("waits for all whose locks conflict, and for no other", () => {
    const locks = [granted(alice, "SHARED_READ"), granted(carol, "SHARED_WRITE"), granted(bob, "SHARED_UPGRADABLE")];
    expect(by([...locks, pending(bob, "EXCLUSIVE")], bob)).toEqual([alice, carol]);
    const [read] = locks as [MetadataLock];
    expect(by([read, granted(carol, "SHARED_NO_READ_WRITE"), pending(bob, "SHARED_READ")], bob)).toEqual([carol]);
  });

  it("waits for who goes first, and not for whom that one waits", () => {
    const locks = [granted(alice, "SHARED_READ"), pending(bob, "EXCLUSIVE"), pending(carol, "SHARED_READ")];
    expect(by(locks, carol)).toEqual([bob]);
    expect(by(locks, bob)).toEqual([alice]);
  });

  it("waits for the owner alone, where others wait for the same", () => {
    const till = { objectType: "USER LEVEL LOCK", objectSchema: null, objectName: "till", state: "User lock" };
    const locks = [
      granted(alice, "EXCLUSIVE", till),
      pending(bob, "EXCLUSIVE", till),
      pending(carol, "EXCLUSIVE", till),
    ];
    expect(metadataWaits(locks, [bob, carol])).toEqual([
      { id: bob, lock: "EXCLUSIVE on till (USER LEVEL LOCK)", by: [alice] },
      { id: carol, lock: "EXCLUSIVE on till (USER LEVEL LOCK)", by: [alice] },
    ]);
  });

  it.each([
    ["another table", { objectName: "other" }],
    ["another schema", { objectSchema: "other" }],
    ["another kind", { objectType: "PROCEDURE" }],
  ])("does not wait for a lock of %s", (_, other) => {
    expect(by([granted(alice, "EXCLUSIVE", other), pending(bob, "SHARED_READ")], bob)).toBeUndefined();
  });

  it("is told where it was asked for, and never as waiting for itself", () => {
    const locks = [granted(alice, "SHARED_READ"), granted(bob, "SHARED_READ"), pending(bob, "EXCLUSIVE")];
    expect(by(locks, bob)).toEqual([alice]);
    expect(metadataWaits(locks, [alice, carol])).toEqual([]);
    expect(by(locks.slice(1), bob)).toBeUndefined();
  });
});

describe("a lock that may have become a stronger one", () => {
  // As MariaDB tells LOCK TABLES … READ.
  const request = pending(bob, "SHARED_WRITE");

  it("is waited for where no other can be meant", () => {
    expect(by([granted(alice, "SHARED_READ"), granted(carol, "SHARED_WRITE"), request], bob)).toEqual([alice]);
  });

  it("is not guessed at: not among several, and not where somebody is waited for in any case", () => {
    const locks = [granted(alice, "SHARED_READ"), granted(carol, "SHARED_READ"), request];
    expect(by(locks, bob)).toBeUndefined();
    expect(by([...locks, pending(dave, "EXCLUSIVE")], bob)).toEqual([dave]);
  });

  it("is not waited for by who does not wait: a request is pending for a moment before it is granted", () => {
    const passing = pending(bob, "SHARED_WRITE", { state: "Opening tables" });
    expect(by([granted(alice, "SHARED_READ"), passing], bob)).toBeUndefined();
  });

  it("is a type that nobody knows as well", () => {
    expect(by([granted(alice, "SHARED_READ"), pending(bob, "")], bob)).toEqual([alice]);
    expect(by([granted(alice, "SHARED_NEW"), pending(bob, "EXCLUSIVE")], bob)).toEqual([alice]);
  });

  it("is told as such for tables and backups alone", () => {
    expect(waitsForGranted("SHARED_READ", "EXCLUSIVE", "TABLE")).toBe("maybe");
    expect(waitsForGranted("SHARED_READ", "EXCLUSIVE", "PROCEDURE")).toBe("yes");
    expect(waitsForGranted("BACKUP_COMMIT", "BACKUP_FTWRL1", "BACKUP")).toBe("maybe");
    expect(waitsForGranted("BACKUP_DML", "BACKUP_FTWRL1", "BACKUP")).toBe("yes");
  });
});

describe("the types", () => {
  const shared = ["", "_HIGH_PRIO", "_READ", "_WRITE", "_WRITE_LOW_PRIO", "_UPGRADABLE", "_READ_ONLY", "_NO_WRITE"];
  const types = ["INTENTION_EXCLUSIVE", ...shared.map((it) => `SHARED${it}`), "SHARED_NO_READ_WRITE", "EXCLUSIVE"];
  const pairs = types.flatMap((one) => types.map((other) => [one, other] as const));

  it("conflict in both directions", () => {
    for (const [one, other] of pairs)
      expect(waitsForGranted(one, other, "SCHEMA"), `${one}, ${other}`).toBe(waitsForGranted(other, one, "SCHEMA"));
  });

  it("go first only where they conflict, as MySQL demands of its own matrices", () => {
    const first = pairs.filter(([one, other]) => waitsForPending(one, other));
    expect(first.length).toBeGreaterThan(10);
    for (const [one, other] of first) expect(waitsForGranted(one, other, "SCHEMA"), `${one}, ${other}`).toBe("yes");
  });
});
