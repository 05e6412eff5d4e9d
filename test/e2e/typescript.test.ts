// Services in TypeScript: run by tsx or by Node's own type stripping, as ES modules and as CommonJS.
import { createRequire } from "node:module";
import { openGateway } from "spangate";
import { expect, it } from "vitest";
import { Account, withdrawFrom } from "../support/bank.ts";
import { fixture } from "../support/fixtures.ts";
import { Project } from "../support/project.ts";

const tsx = createRequire(import.meta.url).resolve("tsx/cli");

it.each([
  ["type stripping", "module", ["node", "bank.ts"]],
  ["type stripping", "commonjs", ["node", "bank.cts"]],
  ["tsx", "module", ["node", tsx, "bank.ts"]],
  ["tsx", "commonjs", ["node", tsx, "bank.ts"]],
  ["tsx, in the same process", "module", ["node", "--import", "tsx", "bank.ts"]],
  ["tsx, in the same process", "commonjs", ["node", "--import", "tsx", "bank.ts"]],
])("loses an update in a service run by %s (%s)", async (_, type, command) => {
  await using project = await Project.create();
  await project.copy(fixture("typescript"));
  await project.write("package.json", JSON.stringify({ name: "bank", private: true, type }));
  await using gateway = await openGateway();
  const account = await Account.open();
  try {
    await account.reset(100);
    const bank = await gateway.service("bank", command, {
      ready: /listening on (\d+)/,
      cwd: project.folder,
      env: { DATABASE_URL: account.url },
    });
    expect(bank.logs).toContain(`${type} listening`);
    const alice = gateway.starter("alice", withdrawFrom(bank));
    const bob = gateway.starter("bob", withdrawFrom(bank));
    const runner = gateway.runner(
      [alice, bob],
      [
        alice.before("request handler - /withdraw"),
        alice.after("pg.query:SELECT bank"),
        bob.after("pg.query:SELECT bank"),
        alice.finished,
        bob.finished,
      ],
    );
    for (let step = 0; step < 3; step += 1) expect((await runner.next())?.arrival).toMatchObject({ mode: "flow" });
    expect(await account.balance()).toBe(100);
    const results = await runner.finish();
    expect([results.alice.status, results.bob.status]).toEqual([200, 200]);
    expect(await account.balance()).toBe(90);
  } finally {
    await account.close();
  }
});
