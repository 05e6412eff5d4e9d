// How a test makes starters: `gateway.starter(…)` and `gateway.starter.process(…)`.
import { UsageError } from "../core/errors.js";
import type { Actor } from "./actor.js";
import type { CoordinatorAddress } from "./client.js";
import { checkOptions } from "./options.js";
import { beginProcess, type ProcessOptions, type ProcessResult } from "./process-starter.js";
import { beginFunction, Starter } from "./starter.js";

/** The arguments of an action but for the {@link Actor}, which comes last if the action takes it. */
export type OwnArguments<Args extends readonly unknown[]> = Args extends readonly [...infer Own, Actor] ? Own : Args;

/** Makes starters that are functions of the test; its `process` makes those that are processes. */
export interface StarterFactory {
  /**
   * @param name the actor's name
   * @param action called when the actor gets its first turn. What it returns or throws is the starter's result. Its
   * fetch, undici and node:http calls carry the actor by themselves; for other clients there is `actor.headers`.
   * @throws {UsageError} BadOption for an empty name
   */
  <const Name extends string, Result>(
    name: Name,
    action: (actor: Actor) => Result | Promise<Result>,
  ): Starter<Name, Result>;
  /** @param args what the action is called with; the {@link Actor} comes after them */
  <const Name extends string, Args extends readonly unknown[], Result>(
    name: Name,
    action: (...args: Args) => Result | Promise<Result>,
    ...args: OwnArguments<Args>
  ): Starter<Name, Result>;
  /**
   * @param command the file and its arguments; no shell is used
   * @throws {UsageError} BadOption for an empty name or command
   */
  process<const Name extends string>(
    name: Name,
    command: readonly string[],
    options?: ProcessOptions,
  ): Starter<Name, ProcessResult>;
}

/** The factory of one gateway. */
export function starterFactory(owner: object, coordinator: CoordinatorAddress): StarterFactory {
  const ofFunction = (name: string, action: (...args: readonly unknown[]) => unknown, ...args: readonly unknown[]) => {
    checkName("starter", name);
    if (typeof action !== "function") {
      const remedy = `gateway.starter(${JSON.stringify(name)}, () => fetch(url))`;
      throw new UsageError("BadOption", `The starter "${name}" needs a function: ${remedy}.`);
    }
    return new Starter(owner, name, beginFunction(action, args));
  };
  const ofProcess = (name: string, command: readonly string[], options: ProcessOptions = {}) => {
    checkName("starter", name);
    if (!Array.isArray(command) || command.length === 0) {
      const remedy = `gateway.starter.process(${JSON.stringify(name)}, ["node", "job.js"])`;
      throw new UsageError("BadOption", `The starter "${name}" needs a command: ${remedy}.`);
    }
    checkOptions("gateway.starter.process()", options, ["cwd", "env", "service", "hold"]);
    return new Starter(owner, name, beginProcess(coordinator, name, command, options));
  };
  return Object.assign(ofFunction, { process: ofProcess }) as StarterFactory;
}

/** @throws {UsageError} BadOption for a name that is empty */
export function checkName(what: string, name: string): void {
  if (typeof name !== "string" || name.trim() === "") {
    const why = "the order, the results and the errors use it";
    throw new UsageError("BadOption", `A ${what} needs a name that is not empty: ${why}.`);
  }
}
