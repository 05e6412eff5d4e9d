// From a file to a scenario, or to all that is wrong with it.
import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { UsageError } from "../core/errors.js";
import { readGiven } from "../given-file.js";
import type { Environment } from "../runner/environment.js";
import { checkExpectations } from "./check/expectations.js";
import { checkNames, deedsOf } from "./check/names.js";
import { checkOrder } from "./check/order.js";
import { checkPatterns } from "./check/patterns.js";
import { putIn } from "./check/references.js";
import { scenarioSchema } from "./check/schema.js";
import { checkShape } from "./check/shape.js";
import { BadScenario, type Mistake } from "./file/mistake.js";
import { parse } from "./file/parse.js";
import { Source } from "./file/source.js";
import { type Node, nodeAt, plainOf, textOf } from "./file/tree.js";
import type { Scenario } from "./model.js";

/** A scenario, and where it comes from. */
export interface ReadScenario {
  readonly scenario: Scenario;
  /** Relative paths are meant from here. */
  readonly folder: string;
  readonly source: Source;
  /** The file's values with their places. */
  readonly root: Node;
}

/** Scenarios are written by hand, and what is read is checked as a whole. */
const mostKiB = 1_024;

/**
 * Reads and checks a file. Nothing is started.
 * @param file as it is told; relative to `cwd`
 * @throws {UsageError} BadScenario, with every mistake and its place
 */
export async function readScenario(file: string, cwd: string, env: Environment): Promise<ReadScenario> {
  const path = resolve(cwd, file);
  const text = await readGiven(path, mostKiB, checkFile).catch((error: Error) => {
    throw new UsageError("BadScenario", `${file}: ${error.message}.`, { cause: error });
  });
  const source = new Source(file, text);
  const folder = dirname(path);
  const { root, scenario } = readText(source, env);
  const missing = await missingFiles(root, folder);
  if (missing.length > 0) throw new BadScenario(source, missing);
  return { scenario, folder, source, root };
}

/**
 * The same of a text, which asks nothing but the environment that it is given.
 * @throws {UsageError} BadScenario
 */
export function readText(source: Source, env: Environment): { readonly scenario: Scenario; readonly root: Node } {
  const { root: planted, mistakes: syntax } = parse(source);
  if (!planted) throw new BadScenario(source, syntax);
  const shape = checkShape(planted, scenarioSchema());
  const { root, mistakes: references } = putIn(planted, source, env);
  const found = [...syntax, ...shape, ...references, ...checkMeaning(root)];
  if (found.length > 0) throw new BadScenario(source, withoutRepeats(found));
  // Once more with what was put in: ${PORT} may be none.
  const filled = checkShape(root, scenarioSchema());
  if (filled.length > 0) throw new BadScenario(source, filled);
  const scenario = plainOf(root) as Scenario;
  const order = checkOrder(root, scenario);
  if (order.length > 0) throw new BadScenario(source, order);
  return { scenario, root };
}

function checkMeaning(root: Node): readonly Mistake[] {
  return [...checkNames(root), ...checkExpectations(root), ...checkPatterns(root)];
}

// An alias has its mistakes at each place that it stands for.
function withoutRepeats(mistakes: readonly Mistake[]): readonly Mistake[] {
  return [...new Map(mistakes.toReversed().map((it) => [`${it.span.start} ${it.message}`, it])).values()].toReversed();
}

// A pipe is in no folder that relative paths could be meant from.
function checkFile(found: Stats): void {
  if (!found.isFile()) throw new Error("it is no regular file. Write the scenario into a file, and name that");
}

async function missingFiles(root: Node, folder: string): Promise<readonly Mistake[]> {
  const files = deedsOf(root).flatMap((deed) => nodeAt(deed, "file") ?? []);
  const found = await Promise.all(
    files.map(async (node): Promise<readonly Mistake[]> => {
      const path = resolve(folder, textOf(node) ?? "");
      const isFile = await stat(path).then(
        (it) => it.isFile(),
        () => false,
      );
      return isFile ? [] : [{ span: node.span, message: `There is no file ${path}.` }];
    }),
  );
  return found.flat();
}
