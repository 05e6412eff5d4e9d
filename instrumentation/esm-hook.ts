// Lets instrumentations see ECMAScript modules. Synchronous hooks where Node has them; the older way starts a thread
// and misses modules that require() loaded first.
import { createRequire, register, registerHooks } from "node:module";
import { pathToFileURL } from "node:url";

// import-in-the-middle must stay one copy, shared with the instrumentations: it is never bundled.
const require = createRequire(__filename);

export function hookEsm(): void {
  const { supportsSyncHooks } = require("import-in-the-middle/supports-sync-hooks.mjs") as {
    supportsSyncHooks: () => boolean;
  };
  if (supportsSyncHooks()) {
    const hooks = require("import-in-the-middle/register-hooks.mjs") as { register: () => void };
    hooks.register();
    // Under `node -e` a built-in module comes out of import-in-the-middle 3.6 as a file that does not exist.
    registerHooks({
      resolve(specifier, context, next) {
        const found = next(specifier, context);
        return found.url.startsWith("node:") && found.format === "commonjs" ? { ...found, format: "builtin" } : found;
      },
    });
  } else {
    register("@opentelemetry/instrumentation/hook.mjs", pathToFileURL(__filename));
  }
}
