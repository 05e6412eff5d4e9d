// Which packages an application has, as files tell it: nothing of it is loaded.
import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

export interface Manifest {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** A package that is there. */
export interface Installed {
  readonly folder: string;
  readonly version: string;
}

/** Empty where there is none, or one that cannot be read. */
export function readManifest(folder: string): Manifest {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  } catch {
    return {};
  }
}

/** The copy that code in this folder gets. */
export function findPackage(folder: string, name: string): Installed | undefined {
  for (const place of placesFrom(folder)) {
    const installed = packageAt(join(place, name));
    if (installed) return installed;
  }
  return undefined;
}

/** Every copy that is installed for this folder, the one that its own code gets first. */
export function allCopies(folder: string, name: string): readonly Installed[] {
  const found = new Map<string, Installed>();
  const seen = new Set<string>();
  const search = (place: string): void => {
    const real = realpathOf(place);
    if (real === undefined || seen.has(real)) return;
    seen.add(real);
    const installed = packageAt(join(real, name));
    if (installed) found.set(installed.folder, installed);
    for (const inside of packagesIn(real)) search(join(real, inside, "node_modules"));
  };
  placesFrom(folder).forEach(search);
  return [...found.values()];
}

/** The node_modules that Node looks into, the nearest first. */
function placesFrom(folder: string): readonly string[] {
  const above = dirname(folder);
  return [join(folder, "node_modules"), ...(above === folder ? [] : placesFrom(above))];
}

function packageAt(folder: string): Installed | undefined {
  const real = realpathOf(folder);
  const { version } = real === undefined ? {} : readManifest(real);
  return real === undefined || version === undefined ? undefined : { folder: real, version };
}

/** Names of packages, those of scopes and of pnpm's store too. */
function packagesIn(place: string): readonly string[] {
  return namesIn(place).flatMap((name) => {
    if (name.startsWith("@")) return namesIn(join(place, name)).map((inner) => join(name, inner));
    if (name === ".pnpm") return namesIn(join(place, name)).map((inner) => join(name, inner));
    return name.startsWith(".") ? [] : [name];
  });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function realpathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
