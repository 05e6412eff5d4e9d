import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { mistakeOfNode } from "../../../src/core/node-version.ts";

it.each(["22.15.0", "22.99.1", "24.0.0", "100.0.0"])("takes Node %s", (version) => {
  expect(mistakeOfNode(version)).toBeUndefined();
});

it.each(["22.14.9", "20.19.5", "9.0.0"])("refuses Node %s", (version) => {
  expect(mistakeOfNode(version)).toContain(`this is ${version}`);
});

it("asks for what the package asks for", () => {
  const { engines } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));
  expect(mistakeOfNode("1.0.0")).toContain(`Node ${engines.node.replace(">=", "")} or later`);
});
