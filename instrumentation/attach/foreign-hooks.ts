// The agent hooks the loading of ES modules for its own instrumentations. An application that shares its copy of
// import-in-the-middle and registers no loader itself would see modules through it that it does not see otherwise, and
// export more spans than before: its hooks stay without effect until it registers a loader of its own.
import Module, { createRequire, syncBuiltinESMExports } from "node:module";

type Hook = new (...args: unknown[]) => object;

const loader = /import-in-the-middle|@opentelemetry\/instrumentation/;

/** To be called when the own instrumentations have their hooks. */
export function closeEsmHookToOthers(): void {
  const require = createRequire(createRequire(__filename).resolve("@opentelemetry/instrumentation"));
  const shared = require("import-in-the-middle") as { Hook: Hook };
  const { Hook } = shared;
  const isOpen = watchLoaders();
  shared.Hook = new Proxy(Hook, {
    construct: (target, args, newTarget) =>
      isOpen() ? (Reflect.construct(target, args, newTarget) as object) : { unhook() {} },
  });
}

/** Whether the application has registered a loader of import-in-the-middle. */
function watchLoaders(): () => boolean {
  const options = [process.env["NODE_OPTIONS"] ?? "", ...process.execArgv].join(" ");
  let open = /loader[= ]\S*(import-in-the-middle|@opentelemetry)/.test(options);
  const { register, registerHooks } = Module;
  Module.register = ((specifier: string | URL, ...rest: [never, never]) => {
    open ||= loader.test(String(specifier));
    return register(specifier, ...rest);
  }) as typeof register;
  // These come as functions: who made them, the caller tells.
  Module.registerHooks = ((hooks: Parameters<typeof registerHooks>[0]) => {
    open ||= /import-in-the-middle/.test(new Error().stack ?? "");
    return registerHooks(hooks);
  }) as typeof registerHooks;
  syncBuiltinESMExports();
  return () => open;
}
