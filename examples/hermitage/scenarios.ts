// The anomalies that isolation levels are told apart by, as Martin Kleppmann's Hermitage lists them (2014; the names are
// those of Adya's thesis of 1999). Each is an interleaving of up to three transactions on two rows, and what one sees
// where it happens.

/** The rows of a table `item`: amounts by id. */
export type Rows = Readonly<Record<number, number>>;

/** What one transaction went through. */
export interface Told {
  /** What its reads gave, in their sequence. */
  readonly reads: readonly Rows[];
  /** False where the database has ended it. */
  readonly committed: boolean;
}

export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** The statements in the sequence in which they are to be sent, each with its transaction: 1, 2 or 3. */
  readonly steps: readonly (readonly [transaction: number, statement: string])[];
  /** True where the anomaly has happened. */
  happens(told: readonly Told[], rows: Rows): boolean;
}

const all = "SELECT id, amount FROM item";
const read = (id: number) => `${all} WHERE id = ${id}`;
const set = (id: number, amount: number) => `UPDATE item SET amount = ${amount} WHERE id = ${id}`;
const [commit, rollback] = ["COMMIT", "ROLLBACK"];

export const scenarios: readonly Scenario[] = [
  {
    name: "G0",
    title: "dirty writes: two transactions write over one another in two rows",
    steps: [
      [1, set(1, 11)],
      [2, set(1, 12)],
      [1, set(2, 21)],
      [1, commit],
      [2, set(2, 22)],
      [2, commit],
    ],
    happens: (_, rows) => (rows[1] === 11) !== (rows[2] === 21),
  },
  {
    name: "G1a",
    title: "aborted reads: a transaction sees what another takes back",
    steps: [
      [1, set(1, 101)],
      [2, all],
      [1, rollback],
      [2, all],
      [2, commit],
    ],
    happens: ([, two]) => two?.reads.some((rows) => rows[1] === 101) ?? false,
  },
  {
    name: "G1b",
    title: "intermediate reads: a transaction sees what another writes over",
    steps: [
      [1, set(1, 101)],
      [2, all],
      [1, set(1, 11)],
      [1, commit],
      [2, all],
      [2, commit],
    ],
    happens: ([, two]) => two?.reads.some((rows) => rows[1] === 101) ?? false,
  },
  {
    name: "G1c",
    title: "circular flow: two transactions see what the other has not committed",
    steps: [
      [1, set(1, 11)],
      [2, set(2, 22)],
      [1, read(2)],
      [2, read(1)],
      [1, commit],
      [2, commit],
    ],
    happens: ([one, two]) => one?.reads[0]?.[2] === 22 && two?.reads[0]?.[1] === 11,
  },
  {
    name: "OTV",
    title: "a transaction that was seen vanishes in part",
    steps: [
      [1, set(1, 11)],
      [1, set(2, 19)],
      [2, set(1, 12)],
      [1, commit],
      [3, all],
      [2, set(2, 18)],
      [3, all],
      [2, commit],
      [3, all],
      [3, commit],
    ],
    happens: ([, , three]) =>
      three?.reads.some((rows) => (rows[1] === 12 && rows[2] === 19) || (rows[1] === 11 && rows[2] === 18)) ?? false,
  },
  {
    name: "PMP",
    title: "a predicate read twice finds what came between",
    steps: [
      [1, `${all} WHERE amount = 30`],
      [2, "INSERT INTO item (id, amount) VALUES (3, 30)"],
      [2, commit],
      [1, `${all} WHERE amount % 3 = 0`],
      [1, commit],
    ],
    happens: ([one]) => one?.reads[1]?.[3] === 30,
  },
  {
    name: "PMP, writing",
    title: "a predicate that writes hits other rows than the same predicate reads",
    steps: [
      [2, `${all} WHERE amount = 20`],
      [1, "UPDATE item SET amount = amount + 10"],
      [2, "DELETE FROM item WHERE amount = 20"],
      [1, commit],
      [2, commit],
    ],
    // Row 2 was seen with 20 and must be gone.
    happens: ([, two], rows) => (two?.committed ?? false) && rows[2] !== undefined,
  },
  {
    name: "P4",
    title: "lost updates: both read, then both write",
    steps: [
      [1, read(1)],
      [2, read(1)],
      [1, set(1, 11)],
      [2, set(1, 11)],
      [1, commit],
      [2, commit],
    ],
    happens: (told) => told.every(({ committed }) => committed),
  },
  {
    name: "G-single",
    title: "read skew: one row from before another's commit, and one from after it",
    steps: [
      [1, read(1)],
      [2, all],
      [2, set(1, 12)],
      [2, set(2, 18)],
      [2, commit],
      [1, read(2)],
      [1, commit],
    ],
    happens: ([one]) => one?.reads[0]?.[1] === 10 && one?.reads[1]?.[2] === 18,
  },
  {
    name: "G-single, writing",
    title: "a write does not find the row that a read of its transaction has found",
    steps: [
      [1, all],
      [2, all],
      [2, set(1, 12)],
      [2, set(2, 18)],
      [2, commit],
      [1, "DELETE FROM item WHERE amount = 20"],
      [1, commit],
    ],
    happens: ([one], rows) => (one?.committed ?? false) && rows[2] === 18,
  },
  {
    name: "G2-item",
    title: "write skew: both read two rows, and each writes one",
    steps: [
      [1, all],
      [2, all],
      [1, set(1, 11)],
      [2, set(2, 21)],
      [1, commit],
      [2, commit],
    ],
    happens: (told) => told.every(({ committed }) => committed),
  },
  {
    name: "G2",
    title: "write skew by predicates: each inserts what the other has not found",
    steps: [
      [1, `${all} WHERE amount % 3 = 0`],
      [2, `${all} WHERE amount % 3 = 0`],
      [1, "INSERT INTO item (id, amount) VALUES (3, 30)"],
      [2, "INSERT INTO item (id, amount) VALUES (4, 42)"],
      [1, commit],
      [2, commit],
    ],
    happens: (told) => told.every(({ committed }) => committed),
  },
];
