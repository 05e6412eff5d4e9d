// A test in Python drives whole runs: examples/python, against `spangate serve` and services of `spangate exec`.
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anybody, known, pairOf } from "../support/certificates.ts";
import { stateOf } from "../support/coordinator-process.ts";
import { fixture } from "../support/fixtures.ts";
import { makeStubs, pythonCommand, whyNoPython } from "../support/python.ts";
import { Script } from "../support/scripts.ts";
import { ShopAndAccounts } from "../support/shop.ts";
import { Served } from "../support/spangate.ts";
import { untilAsync } from "../support/until.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, "examples/python");

describe.skipIf(whyNoPython())("a test in Python", () => {
  let served: Served;
  let shop: ShopAndAccounts;
  let made: string;
  beforeAll(async () => {
    [served, made] = await Promise.all([Served.start(), makeStubs()]);
    shop = await ShopAndAccounts.start(served);
  });
  afterAll(async () => {
    await shop?.[Symbol.asyncDispose]();
    await served?.[Symbol.asyncDispose]();
    await rm(made, { recursive: true, force: true });
  });

  const python = (...args: readonly string[]) => {
    const where = { SHOP_URL: shop.shopUrl, ACCOUNTS_URL: shop.accountsUrl, PYTHONPATH: join(made, "stubs") };
    return new Script(pythonCommand(...args), { ...served.env, ...where, PYTHONDONTWRITEBYTECODE: "1" }, folder);
  };

  it("drives whole runs, and is told why one fails", async () => {
    const { exitCode, stderr } = await python("-m", "unittest", "-v").ended;
    expect(stderr).toMatch(/Ran 6 tests .*\n\nOK/s);
    expect(exitCode).toBe(0);
  });

  it.each([
    ["TLS", [], anybody],
    ["mutual TLS, and a name that is not its address", ["--tls-client-ca", fixture("tls/ca.pem")], known],
  ] as const)("finds its coordinator by %s", async (_, args, { ca = "", cert = "", key = "" }) => {
    const { cert: own, key: secret } = pairOf("server");
    await using byTls = await Served.start("--listen", "0.0.0.0:0", "--tls-cert", own, "--tls-key", secret, ...args);
    const tls = {
      SPANGATE_TLS_CA: ca,
      SPANGATE_TLS_CERT: cert,
      SPANGATE_TLS_KEY: key,
      SPANGATE_TLS_SERVERNAME: "localhost",
    };
    const command = pythonCommand("-c", "from race import *; print(list(Coordinator().holds()))");
    const env = { ...byTls.env, ...tls, PYTHONPATH: join(made, "stubs"), PYTHONDONTWRITEBYTECODE: "1" };
    expect(await new Script(command, env, folder).ended).toMatchObject({ exitCode: 0, stdout: "[]\n" });
  });

  it("leaves nothing held where it is killed amid its run", async () => {
    const script = `
from race import *
from test_double_sale import buy, READ
with Coordinator().run({"alice": buy}, [after("alice", READ)]) as run:
    run.next()
    print("held", flush=True)
    threading.Event().wait()
`;
    await shop.account.reset(100);
    await using test = python("-c", script);
    await test.said(/(held)/);
    expect((await stateOf(served.at)).holds).toMatchObject([{ actor: "alice", service: "accounts" }]);
    test.kill("SIGKILL");
    await untilAsync("nothing is held", async () => ((await stateOf(served.at)).holds.length === 0 ? true : undefined));
    await untilAsync("alice's request has gone on", async () =>
      (await shop.account.balance()) === 90 ? true : undefined,
    );
  });
});

it("is the test that docs/other-languages.md shows", async () => {
  const docs = await readFile(join(root, "docs/other-languages.md"), "utf8");
  const parts = [...docs.matchAll(/<!-- part of: (\S+) -->\n```\w+\n(.*?)```/gs)];
  expect(parts.length).toBeGreaterThan(1);
  for (const [, file = "", text] of parts) expect(await readFile(join(root, file), "utf8")).toContain(text);
});
