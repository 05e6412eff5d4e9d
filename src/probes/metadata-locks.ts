// Who waits for whose metadata lock: of a table that is changed or locked, of a user's lock by GET_LOCK, of a backup.
// performance_schema.metadata_locks has the same columns in MySQL 8 and in MariaDB from 10.5 on; each server keeps it only
// while the instrument wait/lock/metadata/sql/mdl is on, and nothing is switched on here.
import type { Connection, RowDataPacket } from "mysql2/promise";
import type { SessionWait } from "../core/lock-probe.js";
import { waitsForGranted, waitsForPending } from "./metadata-lock-types.js";
import { answerLimitMs } from "./mysql-connection.js";

/** A lock that a session has, or asks for. */
export interface MetadataLock {
  /** Of the process list. */
  readonly session: number;
  /** What the session does, by the server's words, such as `Waiting for table metadata lock`. */
  readonly state: string | null;
  readonly objectType: string;
  readonly objectSchema: string | null;
  readonly objectName: string | null;
  readonly type: string;
  readonly status: string;
}

const question = `SELECT threads.PROCESSLIST_ID AS session, threads.PROCESSLIST_STATE AS state, locks.OBJECT_TYPE AS objectType,
    locks.OBJECT_SCHEMA AS objectSchema, locks.OBJECT_NAME AS objectName, locks.LOCK_TYPE AS type, locks.LOCK_STATUS AS status
  FROM performance_schema.metadata_locks AS locks
  JOIN performance_schema.threads AS threads ON threads.THREAD_ID = locks.OWNER_THREAD_ID
  WHERE locks.LOCK_STATUS IN ('GRANTED', 'PENDING') AND threads.PROCESSLIST_ID IS NOT NULL
    AND EXISTS (SELECT 1 FROM performance_schema.metadata_locks AS pending WHERE pending.LOCK_STATUS = 'PENDING')`;

/** Asks which of these sessions wait for metadata locks. */
export async function askMetadataLocks(
  connection: Connection,
  ids: readonly number[],
): Promise<readonly SessionWait[]> {
  const [rows] = await connection.query<(MetadataLock & RowDataPacket)[]>({ sql: question, timeout: answerLimitMs });
  return metadataWaits(
    rows.map((row) => ({ ...row, session: Number(row.session) })),
    ids,
  );
}

/** Which of these sessions wait, and for whom: those of which it is certain. */
export function metadataWaits(locks: readonly MetadataLock[], ids: readonly number[]): readonly SessionWait[] {
  const requests = locks.filter(({ status, session }) => status === "PENDING" && ids.includes(session));
  return requests.flatMap((request) => {
    const by = blockersOf(request, locks);
    return by.length > 0 ? [{ id: request.session, lock: textOf(request), by }] : [];
  });
}

function blockersOf(request: MetadataLock, locks: readonly MetadataLock[]): readonly number[] {
  const others = locks.filter((lock) => lock.session !== request.session && objectOf(lock) === objectOf(request));
  const { type, objectType } = request;
  const granted = (lock: MetadataLock) =>
    lock.status === "GRANTED" ? waitsForGranted(type, lock.type, objectType) : "no";
  const goesFirst = (lock: MetadataLock) => lock.status === "PENDING" && waitsForPending(type, lock.type);
  const certain = sessionsOf(others.filter((lock) => granted(lock) === "yes" || goesFirst(lock)));
  if (certain.length > 0) return certain;
  // It waits for somebody. Where only one can be meant, that one is.
  const possible = sessionsOf(others.filter((lock) => granted(lock) === "maybe"));
  return isWaiting(request) && possible.length === 1 ? possible : [];
}

// A request is told as pending for a moment even where it is granted at once.
function isWaiting({ state }: MetadataLock): boolean {
  return /^Waiting for .*lock$|^User lock$/.test(state ?? "");
}

function sessionsOf(locks: readonly MetadataLock[]): readonly number[] {
  return [...new Set(locks.map(({ session }) => session))];
}

function objectOf({ objectType, objectSchema, objectName }: MetadataLock): string {
  return JSON.stringify([objectType, objectSchema, objectName]);
}

function textOf({ type, objectType, objectSchema, objectName }: MetadataLock): string {
  const name = [objectSchema, objectName].filter((part) => part).join(".");
  return `${type || "lock"} on ${name ? `${name} (${objectType})` : objectType}`;
}
