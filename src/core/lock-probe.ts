// What the coordinator asks a database: which of its sessions wait for a lock, and for whose.

/** A session that waits for a lock. */
export interface SessionWait {
  /** As the database numbers it. */
  readonly id: number;
  /** What it waits for, in the database's words. */
  readonly lock: string;
  /** The sessions that have it, or stand in front of it in the queue. */
  readonly by: readonly number[];
}

/** A way to ask one database server. It has a connection of its own. */
export interface LockProbe {
  /** What OpenTelemetry calls the database: `postgresql`, `mysql`. */
  readonly system: string;
  /** Which server it is, for errors: no password. */
  readonly server: string;
  /**
   * `ADDRESS:PORT` of its connection's other end, as this process sees it: servers number their sessions each for itself,
   * and a call whose connection leads elsewhere is none of this one's. Without it all calls of the system may be.
   */
  readonly address?: string | undefined;
  /** Connects. @throws where that cannot be done */
  open(): Promise<unknown>;
  /**
   * Which of these sessions wait, at a moment after the call.
   * @throws where the database does not answer
   */
  waits(ids: readonly number[]): Promise<readonly SessionWait[]>;
  close(): Promise<void>;
}
