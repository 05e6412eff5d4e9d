// A probe speaks to its database by the driver that the project has.
import { EnvironmentError, UsageError } from "../core/errors.js";

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
