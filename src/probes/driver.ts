// A probe speaks to its database by the driver that the project has, over one connection.
import { EnvironmentError, UsageError } from "../core/errors.js";

/** How a driver is found; by default as this package finds its own. */
export type LoadDriver = <Driver>(name: string) => Promise<Driver>;

/** @throws {EnvironmentError} ProbeFailed, where it is not installed */
export async function importDriver<Driver>(name: string): Promise<Driver> {
  try {
    return (await import(name)) as Driver;
  } catch (error) {
    throw new EnvironmentError(
      "ProbeFailed",
      `A lock probe needs the package ${name}: npm install --save-dev ${name}.`,
      {
        cause: error,
      },
    );
  }
}

/**
 * Which server a connection string names, without user and password.
 * @throws {UsageError} BadOption
 */
export function serverOf(probe: string, url: string): string {
  if (!URL.canParse(url))
    throw new UsageError(
      "BadOption",
      `${probe}() needs a connection string, such as ${probe === "postgres" ? "postgres" : "mysql"}://user@host/database.`,
    );
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/** A connection that is made anew where it was lost: its database may have been started again between two steps. */
export class Kept<Connection> {
  readonly #make: (onLost: () => void) => Promise<Connection>;
  #isOpen = false;
  /** Whoever asks meanwhile gets the same one: there is one at most, and whoever closes it misses none. */
  #connection: Promise<Connection> | undefined;

  /** @param make connects; calls `onLost` when the connection is of no more use */
  constructor(make: (onLost: () => void) => Promise<Connection>) {
    this.#make = make;
  }

  async open(): Promise<Connection> {
    this.#isOpen = true;
    return await this.get();
  }

  /** @throws where it is closed: a question that comes too late must leave no connection behind */
  async get(): Promise<Connection> {
    if (!this.#isOpen) throw new Error("the probe is closed");
    if (this.#connection) return await this.#connection;
    const forget = () => {
      if (this.#connection === made) this.#connection = undefined;
    };
    const made = this.#make(forget);
    this.#connection = made;
    made.catch(forget);
    return await made;
  }

  /** What there is, for the last time. */
  async take(): Promise<Connection | undefined> {
    this.#isOpen = false;
    const connection = this.#connection;
    this.#connection = undefined;
    return await connection?.catch(() => undefined);
  }
}
