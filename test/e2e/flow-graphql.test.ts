// Operations and resolvers of two requests in one process.
import { describe, expect, it } from "vitest";
import { HeldService } from "../support/held-service.ts";

describe("graphql", () => {
  const owned = { status: 200, body: { data: { account: { owner: "alice" } } } };
  const answered = { alice: owned, bob: { status: 200, body: { data: { account: { owner: "bob" } } } } };
  const service = new HeldService("graphql.cjs");

  it("holds an operation", async () => {
    expect(await service.holdBoth({ path: "/work", span: "query Work", noted: [[], ["account"]] })).toEqual(answered);
  });

  it("holds resolvers, those that give values too, and graphql's own", async () => {
    const account = { path: "/work", span: "graphql.resolve account", noted: [[], ["account"]] };
    expect(await service.holdBoth(account)).toEqual(answered);
    const owner = { path: "/work", span: "graphql.resolve account.owner", noted: [["account"]] };
    expect(await service.holdBoth(owner)).toEqual(answered);
  });

  it("tells a held resolver's error", async () => {
    const { alice } = await service.holdBoth({ path: "/fails", span: "graphql.resolve fails" });
    expect(alice.body).toMatchObject({ data: { fails: null }, errors: [{ message: "failed", path: ["fails"] }] });
  });

  it("refuses what gives its result at once", async () => {
    expect(await service.refusalOf({ path: "/work", span: "graphql.parse" })).toContain("gives its result at once");
    const sync = { path: "/sync", span: "query Work" } as const;
    expect(await service.refusalOf(sync)).toContain("graphqlSync");
    expect(await service.refusalOf({ ...sync, phases: ["after"] })).toContain("graphqlSync");
    expect(await service.refusalOf({ ...sync, span: "graphql.resolve account" })).toContain("graphqlSync");
  });
});
