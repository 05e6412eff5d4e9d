// Builds dist: the library file by file, the agent and the two pages as a few bundled files (see rolldown.config.js).
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const run = (pkg, file, ...args) =>
  execFileSync(process.execPath, [join(dirname(require.resolve(`${pkg}/package.json`)), file), ...args], {
    stdio: "inherit",
  });

rmSync("dist", { recursive: true, force: true });
run("typescript", "bin/tsc", "-p", "tsconfig.build.json");
run("rolldown", "bin/cli.mjs", "-c", "--log-level", "warn");
// npm makes a package's commands executable where it installs it; a clone has them from here.
chmodSync("dist/cli/main.js", 0o755);
// The preloads export nothing.
for (const preload of ["register", "here"]) writeFileSync(`dist/agent/${preload}.d.cts`, "export {};\n");
// Later styles go before earlier ones.
const styles = {
  page: ["base", "toolbar", "timeline", "spans", "dock", "media"],
  live: ["base", "toolbar", "live/frame", "live/controls", "live/lanes", "live/media"],
};
for (const [page, names] of Object.entries(styles)) {
  const style = names.map((name) => readFileSync(`page/styles/${name}.css`, "utf8")).join("");
  writeFileSync(`dist/page/${page}.css`, style.replace(/\s+/g, " ").replace(/ ?([{};,]) ?/g, "$1"));
}
for (const name of ["index.html", "icon.svg"]) copyFileSync(`page/live/${name}`, `dist/page/${name}`);
