// Pairs rows in any sequence, as many as possible: one that fits several must not take the only one that another fits.
// Equal rows are one group, so that thousands of them cost no more than one; what does not end in time is given up.
// Pure.
import { ColumnValue } from "../databases/column-value.js";
import { differencesOf } from "./difference.js";

export type Row = Readonly<Record<string, unknown>>;

export interface Unpaired {
  readonly expected: readonly Row[];
  readonly found: readonly Row[];
}

/** Steps of some ten nanoseconds: nobody waits longer than about a second, and no signal does. */
const mostSteps = 20_000_000;
/** What it costs to compare two rows. */
const stepsOfComparing = 50;

interface Found {
  readonly row: Row;
  readonly leaves: ReadonlySet<string>;
  left: number;
  /** How many of them each group has. */
  readonly of: Map<Expected, number>;
}

interface Expected {
  readonly row: Row;
  left: number;
  readonly fitting: readonly Found[];
}

/** @returns those that are left over; `undefined` where that takes too long to find out */
export function pair(expected: readonly Row[], found: readonly Row[], exact: boolean): Unpaired | undefined {
  let steps = 0;
  const spend = (count = 1) => {
    steps += count;
    if (steps > mostSteps) throw new TooLong();
  };
  try {
    const groups = groupsOf(expected, found, exact, spend);
    const pickiestFirst = groups.expected.toSorted((one, other) => one.fitting.length - other.fitting.length);
    for (const group of pickiestFirst) for (const it of group.fitting) take(it, group, Math.min(it.left, group.left));
    for (const group of pickiestFirst) while (group.left > 0 && replace(group, spend));
    return { expected: groups.expected.flatMap(leftOf), found: groups.found.flatMap(leftOf) };
  } catch (error) {
    if (error instanceof TooLong) return undefined;
    throw error;
  }
}

class TooLong extends Error {}

type Spend = (count?: number) => void;

function groupsOf(
  expected: readonly Row[],
  found: readonly Row[],
  exact: boolean,
  spend: Spend,
): { readonly expected: readonly Expected[]; readonly found: readonly Found[] } {
  const wanted = counted(expected).map(({ row, count }) => ({ row, left: count, leaves: leavesOf(row) }));
  const groups = counted(found).map(({ row, count }): Found => {
    return { row, left: count, leaves: new Set(leavesOf(row)), of: new Map() };
  });
  const byLeaf = new Map(wanted.flatMap(({ leaves }) => leaves).map((leaf) => [leaf, [] as Found[]]));
  for (const group of groups) for (const leaf of group.leaves) byLeaf.get(leaf)?.push(group);
  const fits = (row: Row, leaves: readonly string[], group: Found) => {
    const missing = leaves.findIndex((leaf) => !group.leaves.has(leaf));
    spend(missing < 0 ? leaves.length + stepsOfComparing : missing + 1);
    return missing < 0 && differencesOf("", row, group.row, exact).length === 0;
  };
  return {
    expected: wanted.map(({ row, left, leaves }) => {
      const rarest = leaves.map((leaf) => byLeaf.get(leaf) ?? []).sort((one, other) => one.length - other.length)[0];
      return { row, left, fitting: (rarest ?? groups).filter((group) => fits(row, leaves, group)) };
    }),
    found: groups,
  };
}

function counted(rows: readonly Row[]): readonly { readonly row: Row; readonly count: number }[] {
  return [...Map.groupBy(rows, (row) => JSON.stringify(row)).values()].flatMap(([row, ...others]) => {
    return row ? [{ row, count: others.length + 1 }] : [];
  });
}

/**
 * Texts for all that is in a value and no list and no keys. A row fits only where it has all of those of the expected
 * one; whether it does is for `differencesOf` to say.
 */
function leavesOf(value: unknown, path = ""): readonly string[] {
  if (value instanceof ColumnValue)
    return [value.given, ...value.also, value.document ?? []].flatMap((it) => leavesOf(it, path));
  if (typeof value !== "object" || value === null) return [`${path} ${typeof value} ${value}`];
  return Object.entries(value).flatMap(([key, it]) => leavesOf(it, `${path}.${key}`));
}

/** @param count as many as both have left */
function take(found: Found, group: Expected, count: number): void {
  if (count === 0) return;
  found.left -= count;
  group.left -= count;
  found.of.set(group, (found.of.get(group) ?? 0) + count);
}

function giveBack(found: Found, group: Expected, count: number): void {
  const rest = (found.of.get(group) ?? 0) - count;
  found.left += count;
  group.left += count;
  if (rest === 0) found.of.delete(group);
  else found.of.set(group, rest);
}

/**
 * Gives a group what another one has that can take something else, over as many others as need be (augmenting paths:
 * L. R. Ford and D. R. Fulkerson, "Maximal Flow through a Network", 1956; the shortest one, as J. Edmonds and R. M. Karp
 * do it).
 */
function replace(group: Expected, spend: Spend): boolean {
  const takers = new Map<Found, Expected>();
  /** What a group would give, to take another one. */
  const gifts = new Map<Expected, Found | undefined>([[group, undefined]]);
  for (const taker of gifts.keys()) {
    for (const found of taker.fitting) {
      spend();
      if (takers.has(found)) continue;
      takers.set(found, taker);
      if (found.left > 0) {
        pass(found, takers, gifts);
        return true;
      }
      spend(found.of.size);
      for (const owner of found.of.keys()) if (!gifts.has(owner)) gifts.set(owner, found);
    }
  }
  return false;
}

/** One of a kind goes each step of the way back to the group that it is for. */
function pass(
  free: Found,
  takers: ReadonlyMap<Found, Expected>,
  gifts: ReadonlyMap<Expected, Found | undefined>,
): void {
  for (let found: Found | undefined = free; found; ) {
    const taker = takers.get(found);
    const gift = taker && gifts.get(taker);
    if (taker && gift) giveBack(gift, taker, 1);
    if (taker) take(found, taker, 1);
    found = gift;
  }
}

function leftOf({ row, left }: { readonly row: Row; readonly left: number }): readonly Row[] {
  return Array.from({ length: left }, () => row);
}
