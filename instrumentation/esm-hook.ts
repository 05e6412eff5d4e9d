// Lets instrumentations see ECMAScript modules. Synchronous hooks where Node has them; the older way starts a thread
// and misses modules that require() loaded first.
import { createRequire, type RegisterHooksOptions, register, registerHooks } from "node:module";
import { pathToFileURL } from "node:url";

type Hooks = { resolveSync: RegisterHooksOptions["resolve"]; loadSync: RegisterHooksOptions["load"] };

// import-in-the-middle must stay one copy, shared with the instrumentations: it is never bundled.
const require = createRequire(__filename);

/** Returns what takes the hooks out again, as far as Node can. */
export function hookEsm(): () => void {
  const { supportsSyncHooks } = require("import-in-the-middle/supports-sync-hooks.mjs") as {
    supportsSyncHooks: () => boolean;
  };
  if (!supportsSyncHooks()) {
    register("@opentelemetry/instrumentation/hook.mjs", pathToFileURL(__filename));
    return () => {};
  }
  // What its register() does, which keeps no handle, and warns the next one who calls it.
  const { createHook } = require("import-in-the-middle/create-hook.mjs") as {
    createHook: (meta: { url: string }) => Hooks;
  };
  const url = pathToFileURL(require.resolve("import-in-the-middle/register-hooks.mjs")).href;
  const { resolveSync, loadSync } = createHook({ url });
  const wrapping = registerHooks({ resolve: resolveSync, load: loadSync } as RegisterHooksOptions);
  // Under `node -e` a built-in module comes out of import-in-the-middle 3.6 as a file that does not exist.
  const mending = registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context);
      return found.url.startsWith("node:") && found.format === "commonjs" ? { ...found, format: "builtin" } : found;
    },
  });
  return () => {
    mending.deregister();
    wrapping.deregister();
  };
}
