// Instrumentations know a package by the name that it is imported by. Test runners import the path of its main file:
// given its name back, it is instrumented too.
import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";

interface Package {
  readonly name: string;
  /** From where its own name leads to it. */
  readonly manifestUrl: string;
}

/** To be called when the instrumentations' hooks are in place: the hook that came last is asked first. */
export function namePackages(): void {
  registerHooks({
    resolve(specifier, context, next) {
      const url = /^(\/|file:)/.test(specifier) ? urlOf(specifier) : undefined;
      // What the instrumentations' wrapper of a module imports is the module itself.
      const isImport = context.conditions.includes("import") && !/[?&]iitm=/.test(`${context.parentURL} ${specifier}`);
      const found = url && isImport ? packageOf(url) : undefined;
      if (!url || !found) return next(specifier, context);
      try {
        const named = next(found.name, { ...context, parentURL: found.manifestUrl });
        // Only its main file goes by the package's name.
        if (withoutQuery(named.url) === withoutQuery(url)) return named;
      } catch {
        // It has no main file, or does not export it.
      }
      return next(specifier, context);
    },
  });
}

function packageOf(url: string): Package | undefined {
  const [, folder, name] = /^(.*\/node_modules\/)((?:@[^/]+\/)?[^/]+)\/[^?]*/.exec(url) ?? [];
  return folder && name ? { name, manifestUrl: `${folder}${name}/package.json` } : undefined;
}

function urlOf(specifier: string): string {
  return specifier.startsWith("file:") ? specifier : pathToFileURL(specifier).href;
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/, "");
}
