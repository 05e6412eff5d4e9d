// What a reader is told of a file that makes no sense: where, what was expected, what is there.
import { describe, expect, it } from "vitest";
import { BadScenario } from "../../../src/scenario/file/mistake.ts";
import { Source } from "../../../src/scenario/file/source.ts";
import { readText } from "../../../src/scenario/read.ts";
import { fillAll } from "../../../src/scenario/template.ts";

const good = `name: good
databases: { db: postgres://localhost/bank }
services:
  bank: { command: [node, bank.js], ready: 'listening on (\\d+)' }
starters:
  alice: { http: "POST \${bank.url}/withdraw" }
  job: { command: [node, job.js] }
order:
  - { actor: alice, after: "pg.query:SELECT *" }
  - alice.finished
expect:
  - { starter: alice, status: 200 }
`;

function mistakesOf(text: string, env: Readonly<Record<string, string>> = {}): readonly string[] {
  try {
    readText(new Source("file.yaml", text), env);
    return [];
  } catch (error) {
    if (!(error instanceof BadScenario)) throw error;
    return error.mistakes.map(({ line, column, message }) => `${line}:${column} ${message}`);
  }
}

/** The good one with one thing put in another's place. */
function changed(from: string, to: string): string {
  if (!good.includes(from)) throw new Error(`The good scenario has no ${from}.`);
  return good.replace(from, () => to);
}

it("takes the one that the others are made of", () => {
  expect(mistakesOf(good)).toEqual([]);
});

describe("YAML", () => {
  it.each([
    ["an empty file", "", "1:1 Expected a scenario: starters and their order; the file is empty."],
    ["a tab", changed("  alice: {", "\talice: {"), "6:1 A tab cannot indent in YAML. Use blanks."],
    ["a key twice", `${good}name: again\n`, "13:1 The key name is there already. Each key may be there once."],
    [
      "an escape that is none",
      changed("'listening on (\\d+)'", '"listening on (\\d+)"'),
      "4:59 \\d is no escape of YAML's double quotes. Put the text in single quotes, which have none.",
    ],
    [
      "a second document",
      `${good}---\nname: another\n`,
      "13:1 A file has one scenario; --- begins another document. Put it into a file of its own.",
    ],
    [
      "an alias of nothing",
      changed("name: good", "name: *nobody"),
      '1:7 No anchor &nobody comes before this alias. A glob that begins with * must be in quotes: "*SELECT".',
    ],
    ["a key that is a list", changed("name: good", "[a]: good"), "1:1 A key must be a text."],
    [
      "an alias in itself",
      changed("name: good", "options: &it { stallMs: *it }"),
      "1:25 The alias *it is part of what it stands for.",
    ],
    [
      "a number that is not kept",
      changed("status: 200", "json: 9007199254740993"),
      "12:29 The number has more digits than can be kept. Put it in quotes.",
    ],
    [
      "a number that is not kept to its last digit",
      changed("status: 200", "json: [0x10, +1.50, 1.0e+21, -.5, 9007199254740992.0, 12345678901234567.89]"),
      "12:77 The number has more digits than can be kept. Put it in quotes.",
    ],
    [
      "a number that is not kept, with a fraction of nothing",
      changed("status: 200", "json: 9007199254740993.0"),
      "12:29 The number has more digits than can be kept. Put it in quotes.",
    ],
    ["a number that JSON lacks", changed("status: 200", "json: .inf"), "12:29 Expected a number that JSON has too."],
    ["a tag", changed("name: good", "name: !!binary aGk="), "1:16 Expected a text, a number, true, false or null."],
  ])("with %s", (_, text, ...told) => {
    expect(mistakesOf(text)).toEqual(expect.arrayContaining(told));
  });

  it("that would fill the memory is refused", () => {
    const bomb = ["a: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let at = 1; at < 12; at += 1)
      bomb.push(
        `a${at}: &a${at} [${Array(10)
          .fill(`*a${at - 1}`)
          .join(", ")}]`,
      );
    expect(mistakesOf(`${bomb.join("\n")}\n${good}`)).toContainEqual(
      expect.stringContaining("Aliases repeat more than 10,000 values."),
    );
    expect(mistakesOf(`name: ${"[".repeat(20_000)}${"]".repeat(20_000)}`)).toContainEqual(
      expect.stringContaining("It is nested too deeply."),
    );
    expect(mistakesOf(`name: ${"[".repeat(150)}${"]".repeat(150)}\n`)).toContainEqual(
      expect.stringContaining("It is nested more than 100 levels deep."),
    );
  });
});

describe("YAML's own words are replaced, and one mistake is told once,", () => {
  const noBreakSpace = "Here is a no-break space, which looks like a blank and is none. Write a blank.";
  const goesOn =
    'A text goes on in the next line here, and then a key follows. Is a ":" missing, or is the next line indented too far?';
  it.each([
    [
      "a merge key",
      good
        .replace("alice:", "alice: &it")
        .replace("job: {", "bob: { <<: *it }\n  job: {")
        .replace("starter: alice", "starter: bob"),
      "7:10 Merge keys (<<) are not known here. Repeat the keys, or write the alias in place of the whole value, as in bob: *alice.",
    ],
    [
      "a merge key that an alias repeats",
      good.replace("alice:", "alice: &a").replace("{ command: [node, job.js] }", "&b { <<: *a }\n  bob: *b"),
      "7:13 Merge keys (<<) are not known here. Repeat the keys, or write the alias in place of the whole value, as in bob: *alice.",
    ],
    [
      "a glob that is taken for an alias",
      changed('"pg.query:SELECT *"', "*SELECT"),
      '9:28 No anchor &SELECT comes before this alias. A glob that begins with * must be in quotes: "*SELECT".',
    ],
    [
      "a glob that is no alias either",
      changed('"pg.query:SELECT *"', "*SELECT *"),
      '9:28 A glob that begins with * must be in quotes: "*SELECT".',
    ],
    ["a star", changed('"pg.query:SELECT *"', "*"), '9:28 A glob that begins with * must be in quotes: "*SELECT".'],
    [
      "no blank behind a dash",
      changed("- alice.fin", "-alice.fin"),
      '10:3 A dash needs a blank behind it, as in "- alice.finished".',
    ],
    [
      "no blank behind a dash, after which the list goes on",
      changed("- { actor", "-{ actor"),
      '9:3 A dash needs a blank behind it, as in "- alice.finished".',
    ],
    [
      "no blank behind any dash",
      good.replace(/order:\n.*\n.*\n/, "order:\n  -alice.started\n  -alice.finished\n"),
      '9:3 Expected a list of the checkpoints that must be reached, in this sequence; found the text "-alice.started -alice.finished". A dash needs a blank behind it, as in "- alice.finished".',
    ],
    ["a no-break space in the indent", changed("  job:", " \u00a0job:"), `7:2 ${noBreakSpace}`],
    ["one at its start", changed("  job:", "\u00a0 job:"), `7:1 ${noBreakSpace}`],
    ["one behind a colon", changed("alice: {", "alice:\u00a0{"), `6:9 ${noBreakSpace}`],
    ["one behind a colon in braces", changed("actor: alice", "actor:\u00a0alice"), `9:7 ${noBreakSpace}`],
    [
      "one behind the only colon",
      changed("{ starter: alice, status: 200 }", "starter:\u00a0alice"),
      `12:5 Expected { starter: … }, { sql: … } or { http: … }; found the text "starter:\u00a0alice". ${noBreakSpace}`,
    ],
    ["a line that is indented too far", changed("name: good", "name: good\n  options: {}"), `1:7 ${goesOn}`],
    ["a key without its colon", changed("name: good", "name good"), `1:1 ${goesOn}`],
    [
      "a list that has not begun",
      changed("- { actor: alice", "  { actor: alice"),
      "10:1 A list goes on here that has not begun. Is a dash missing before, or the indent another one?",
    ],
    [
      "a quote that does not end",
      changed('SELECT *"', "SELECT *"),
      '13:1 A text in quotes does not end: a " is missing.',
    ],
    [
      "a tab, behind which lines are out of place",
      changed("bank: {", "bank:\n\tcwd: .\n    hold: flow\n    env: {"),
      "5:1 A tab cannot indent in YAML. Use blanks.",
    ],
    ["a number that JSON lacks", changed("status: 200", "json: .nan"), "12:29 Expected a number that JSON has too."],
    [
      "a NUL",
      changed("name: good", "name: good # \0"),
      "1:14 A NUL character is here, which no text has. Take it away.",
    ],
  ])("of %s", (_, text, ...told) => {
    expect(mistakesOf(text)).toEqual(told);
  });

  it("but of all lines that have one of their own", () => {
    expect(mistakesOf(changed("name: good", 'name: "\\d"').replace("starter: alice", "starter: @alice"))).toEqual([
      "1:8 \\d is no escape of YAML's double quotes. Put the text in single quotes, which have none.",
      "12:16 A text cannot begin with @ here. Put it in quotes.",
    ]);
  });
});

describe("code of a test is told as a scenario writes it,", () => {
  it.each([
    ['- alice.after("SELECT")', "{ actor: alice, after: SELECT }"],
    ["- alice.after('SELECT').ifReached(),", "{ actor: alice, after: SELECT, ifReached: true }"],
    [
      '- alice.before("pg.query:SELECT *", { service: "bank", nth: 2 }), // bank',
      "{ actor: alice, before: pg.query:SELECT *, service: bank, nth: 2 }",
    ],
    [
      '- alice.before("POST", { attributes: { "http.route": "/a, (b)", x: /^(a|"b)/i } })',
      '{ actor: alice, before: POST, attributes: { http.route: "/a, (b)", x: { regex: ^(a|"b), flags: i } } }',
    ],
    ['- alice.after("x", { nth: 2 })', "{ actor: alice, after: x, nth: 2 }"],
    [
      '- together(alice.after("x", { nth: 2 }), job.finished),',
      "{ together: [ { actor: alice, after: x, nth: 2 }, job.finished ] }",
    ],
    ["- alice.blocked.ifReached()", "{ actor: alice, at: blocked, ifReached: true }"],
    ['- together(alice.finished, job.after("x"))', "{ together: [ alice.finished, { actor: job, after: x } ] }"],
    ['- [alice.after("x: y", { service: "bank" }), job.finished]', '{ actor: alice, after: "x: y", service: bank }'],
  ])("such as %s", (line, told) => {
    const mistakes = mistakesOf(changed("- alice.finished", line));
    expect(mistakes).toEqual([expect.stringMatching(/^10:[57] .*In a scenario this is written /)]);
    expect(mistakes[0]).toContain(` is written ${told}.`);
    expect(mistakesOf(changed("- alice.finished", `- ${told}`))).toEqual([]);
  });
});

describe("keys and values", () => {
  it.each([
    ["no map", "- a\n", "1:1 Expected a scenario: starters and their order; found a list."],
    [
      "nothing but a name",
      "name: x\n",
      '1:1 The key "starters" is missing: starters by their names.',
      '1:1 The key "order" is missing: a list of the checkpoints that must be reached, in this sequence.',
    ],
    [
      "a misspelt key",
      changed("name:", "nam:"),
      '1:1 There is no key "nam" here. Did you mean "name"? There are name, options, databases, services, setup, prepare, starters, order, expect, teardown.',
    ],
    [
      "a command that is a text",
      changed("[node, bank.js]", "node bank.js"),
      '4:20 Expected a list of words: the command and its arguments, such as [node, server.js]; found the text "node bank.js".',
    ],
    [
      "a service without ready",
      changed(", ready: 'listening on (\\d+)'", ""),
      '4:3 The key "ready" is missing: when it takes requests: a regular expression on its output, { port: … } or { http: … }, such as listening on (\\d+).',
    ],
    [
      "another port",
      changed("'listening on (\\d+)'", "{ port: 65536 }"),
      "4:52 Expected a port, from 1 to 65535; found the number 65536.",
    ],
    [
      "a time of nothing",
      changed("name: good", "options: { stallMs: 0 }"),
      "1:21 Expected a whole number of milliseconds, from 1 to 2147483647; found the number 0.",
    ],
    [
      "a starter of nothing",
      changed("job: { command: [node, job.js] }", "job: { comand: [node, job.js] }"),
      '7:10 Expected one of the keys http, command, adopt; found "comand". Did you mean "command"?',
    ],
    [
      "a starter of two things",
      changed("job: { command: [node, job.js] }", "job: { command: [node], http: GET http://a }"),
      "7:3 Give one of http and command, not both.",
    ],
    [
      "two bodies",
      changed('"POST ${bank.url}/withdraw"', "{ url: http://a, json: 1, body: x }"),
      "6:12 Give one of json and body, not both.",
    ],
    [
      "another method",
      changed('"POST ${bank.url}/withdraw"', "{ method: post, url: http://a }"),
      '6:28 Expected an HTTP method in capitals; found the text "post". Did you mean "POST"?',
    ],
    [
      "another method in a text",
      changed("POST", "POTS"),
      '6:18 Expected an HTTP call: a method and a URL, such as POST ${bank.url}/withdraw; found the text "POTS ${bank.url}/withdraw". Did you mean "POST ${bank.url}/withdraw"?',
    ],
    [
      "a kind in capitals",
      changed('SELECT *"', 'SELECT *", kind: Client'),
      '9:55 Expected a kind of span: internal, server, client, producer or consumer; found the text "Client". Did you mean "client"?',
    ],
    [
      "flags that are none",
      changed('"pg.query:SELECT *"', "{ regex: x, flags: gx }"),
      '9:47 Expected flags of a regular expression: i, m, s, u or v, each once, and not both u and v; found the text "gx".',
    ],
    [
      "flags that exclude each other",
      changed('"pg.query:SELECT *"', "{ regex: x, flags: uv }"),
      '9:47 Expected flags of a regular expression: i, m, s, u or v, each once, and not both u and v; found the text "uv".',
    ],
    [
      "an end that is nearly one",
      changed("- alice.finished", "- alice.finish"),
      '10:5 Expected a checkpoint, { together: … } or { expect: … }, such as alice.finished; found the text "alice.finish". Did you mean "alice.finished"?',
    ],
    [
      "a call without a method",
      changed("POST ${bank.url}", "${bank.url}"),
      '6:18 Expected an HTTP call: a method and a URL, such as POST ${bank.url}/withdraw; found the text "${bank.url}/withdraw".',
    ],
    [
      "another end",
      changed("- alice.finished", "- alice.done"),
      '10:5 Expected a checkpoint, { together: … } or { expect: … }, such as alice.finished; found the text "alice.done".',
    ],
    [
      "a checkpoint without its actor",
      changed("{ actor: alice, after:", "{ after:"),
      '9:5 The key "actor" is missing: a starter\'s name.',
    ],
    [
      "an empty order",
      changed('order:\n  - { actor: alice, after: "pg.query:SELECT *" }\n  - alice.finished', "order: []"),
      "8:8 Expected a list of the checkpoints that must be reached, in this sequence; it is empty.",
    ],
    [
      "a name that no reference can name",
      changed("bank:", "my bank:"),
      '4:3 Expected a name of letters, digits, - and _ that begins with a letter; found "my bank".',
      '6:24 ${bank.url}: there is no service or database "bank". Did you mean "my bank"? There are my bank, db.',
    ],
    [
      "a status that is a text",
      changed("status: 200", "status: ok"),
      '12:31 Expected an HTTP status, from 100 to 599; found the text "ok".',
    ],
  ])("with %s", (_, text, ...told) => {
    expect(mistakesOf(text)).toEqual(told);
  });
});

it.each([
  ["no starters", "starters: {}\norder: [a.finished]\n", "1:1 Expected starters by their names; it is empty."],
  ["no headers", changed("status: 200", "headers: {}"), "12:23 Expected headers by their names; it is empty."],
])("expects something where there are %s", (_, text, told) => {
  expect(mistakesOf(text)).toContainEqual(told);
});

describe("names", () => {
  it.each([
    [
      "an unknown starter",
      changed("actor: alice", "actor: alic"),
      '9:14 There is no starter "alic". Did you mean "alice"? There are alice, job.',
    ],
    [
      "one where another is there twice",
      changed("job: { command: [node, job.js] }", "alice: { http: GET http://a }").replace("- alice.fin", "- bob.fin"),
      "7:3 The key alice is there already. Each key may be there once.",
      '10:5 There is no starter "bob". There is only alice.',
    ],
    [
      "one in its short form",
      changed("- alice.finished", "- bob.finished"),
      '10:5 There is no starter "bob". Did you mean "job"? There are alice, job.',
    ],
    [
      "one that is expected",
      changed("starter: alice", "starter: carl"),
      '12:16 There is no starter "carl". There are alice, job.',
    ],
    [
      "an unknown service",
      changed('SELECT *" }', 'SELECT *", service: bnk }'),
      '9:58 There is no service "bnk". Did you mean "bank"? There are bank, job.',
    ],
    [
      "an unknown database",
      changed("- { starter: alice, status: 200 }", "- { sql: SELECT 1, value: 1, database: x }"),
      '12:42 There is no database "x". There is only db.',
    ],
    [
      "one of two databases",
      changed(
        "databases: { db: postgres://localhost/bank }",
        "databases: { a: postgres://h/a, b: mysql://h/b }\nsetup: [SELECT 1]",
      ),
      "3:9 Which database? Say it by database: there are a, b.",
    ],
    [
      "no database",
      changed("databases: { db: postgres://localhost/bank }", "setup: [SELECT 1]"),
      "2:9 There is no database to ask. Name one: databases: { db: postgres://… }.",
    ],
    [
      "one name for two things",
      changed("{ db:", "{ bank:"),
      '4:3 A database is named "bank" already: ${bank.url} would mean both.',
    ],
  ])("with %s", (_, text, ...told) => {
    expect(mistakesOf(text)).toEqual(expect.arrayContaining(told));
  });
});

describe("a section that is not there", () => {
  it.each([
    [
      "because it is misspelt is told, and no name that it has",
      changed("starters:", "startres:"),
      '5:1 There is no key "startres" here. Did you mean "starters"? There are name, options, databases, services, setup, prepare, starters, order, expect, teardown.',
    ],
    [
      "because it is called something else, too",
      changed("services:", "processes:"),
      '3:1 There is no key "processes" here. There are name, options, databases, services, setup, prepare, starters, order, expect, teardown.',
    ],
    [
      "because it is a list, too",
      changed("  bank: {", "  - bank: {").replace('SELECT *"', 'SELECT *", service: bank'),
      "4:3 Expected services by their names, in the sequence in which they are started; found a list.",
    ],
    [
      "because it is a text, too",
      changed("{ db: postgres://localhost/bank }", "localhost").replace(
        "order:",
        "setup: [SELECT 1, '${db.url}']\norder:",
      ),
      '2:12 Expected databases by their names; found the text "localhost".',
    ],
    [
      "because it is empty, too",
      good.replace(/ {2}alice: .*\n.*\n/, ""),
      "5:10 Expected starters by their names; found nothing.",
    ],
    [
      "while another key is strange is told",
      changed("databases: { db: postgres://localhost/bank }", "nmae: x\nsetup: [SELECT 1]"),
      '2:1 There is no key "nmae" here. Did you mean "name"? There are name, options, databases, services, setup, prepare, starters, order, expect, teardown.',
      "3:9 There is no database to ask. Name one: databases: { db: postgres://… }.",
    ],
    [
      "leaves mistakes elsewhere, which are told",
      changed("services:", "servces:").replace("actor: alice", "actor: alic"),
      '3:1 There is no key "servces" here. Did you mean "services"? There are name, options, databases, services, setup, prepare, starters, order, expect, teardown.',
      '9:14 There is no starter "alic". Did you mean "alice"? There are alice, job.',
    ],
  ])("%s", (_, text, ...told) => {
    expect(mistakesOf(text)).toEqual(told);
  });
});

describe("references", () => {
  it.each([
    [
      "a variable that is not set",
      changed("name: good", "name: a ${NONE}"),
      "1:9 The environment has no variable NONE. Set it, or give a default: ${NONE:-default}.",
    ],
    [
      "something else",
      changed("name: good", "name: ${a b}"),
      "1:7 ${a b} is no reference: write ${NAME}, ${NAME:-default}, ${service.url} or ${service.port}; for the text itself $${.",
    ],
    [
      "no end",
      changed("name: good", "name: ${a"),
      "1:7 ${a is no reference: write ${NAME}, ${NAME:-default}, ${service.url} or ${service.port}; for the text itself $${.",
    ],
    [
      "a service that is none",
      changed("${bank.url}", "${bnk.url}"),
      '6:24 ${bnk.url}: there is no service or database "bnk". Did you mean "bank"? There are bank, db.',
    ],
    [
      "a service before it runs",
      changed("name: good", "name: good\nsetup: ['SELECT ''${bank.url}''']"),
      "2:19 ${bank.url}: nothing is known of services here: they do not run.",
    ],
    [
      "a later service",
      changed("  bank:", "  front: { command: [node, '${bank.port}'], ready: x }\n  bank:"),
      '4:29 ${bank.port}: "bank" is not started yet here. Services are started in the sequence of the file: put it in front.',
    ],
    [
      "a service whose port nobody knows",
      changed("on (\\d+)", "on \\d+"),
      "6:24 ${bank.url}: the url of \"bank\" is not known. Let its ready expression capture the port: 'listening on (\\d+)'.",
    ],
    [
      "a URL without its service",
      changed("${bank.url}", ""),
      '6:18 "/withdraw" is no URL. It begins with http:// or https://, or with a service\'s: ${bank.url}/path.',
    ],
    [
      "a port that is none",
      changed("'listening on (\\d+)'", "{ port: '${PORT}' }"),
      '4:52 Expected a port, from 1 to 65535; found the text "x".',
    ],
  ])("to %s", (_, text, ...told) => {
    expect(mistakesOf(text, { PORT: "x" })).toEqual(told);
  });

  it("of the environment are put in, numbers too, and $${ is left", () => {
    const text = changed("name: good", "name: ${WHO:-nobody} ${EMPTY:-default} $${WHO}\noptions: { stallMs: '${MS}' }");
    const { scenario } = readText(new Source("file.yaml", text), { MS: "300", EMPTY: "" });
    expect(scenario).toMatchObject({ name: "nobody default ${WHO}", options: { stallMs: 300 } });
  });
});

describe("meaning", () => {
  it.each([
    [
      "a glob of paths",
      changed("SELECT *", "**"),
      '9:28 The glob "pg.query:**" has "**". Span names are no paths: "*" matches slashes too, so write "*".',
    ],
    [
      "a regular expression that is none",
      changed('"pg.query:SELECT *"', "{ regex: '(' }"),
      "9:37 Invalid regular expression: /(/: Unterminated group.",
    ],
    [
      "a ready expression that is none",
      changed("(\\d+)", "(\\d+"),
      "4:44 Invalid regular expression: /listening on (\\d+/: Unterminated group.",
    ],
    [
      "another database",
      changed("postgres:", "redis:"),
      "2:18 This is no database's URL. It begins with postgres://, mysql:// or mariadb://.",
    ],
    [
      "an expectation of nothing",
      changed(", status: 200", ""),
      "12:7 Nothing is expected here. Give one of status, headers, json, body, exitCode, stdout, stderr.",
    ],
    [
      "an exit code of a call",
      changed("status: 200", "exitCode: 0"),
      '12:23 "alice" makes an HTTP call: it has no exitCode.',
    ],
    ["a status of a command", changed("starter: alice", "starter: job"), '12:21 "job" is a command: it has no status.'],
    [
      "an expectation at the start",
      changed("order:\n", "order:\n  - expect: [{ sql: SELECT 1, value: 1 }]\n"),
      "9:5 Nothing has happened yet that could be expected. Put it behind a checkpoint.",
    ],
    [
      "a checkpoint after the end",
      changed("- alice.finished", "- alice.finished\n  - alice.blocked"),
      "11:5 alice.blocked comes after alice.finished. List it earlier: an actor that has finished reaches nothing.",
    ],
    [
      "no checkpoint",
      changed('- { actor: alice, after: "pg.query:SELECT *" }\n  - alice.finished', "- together: []"),
      "9:15 Expected a list of checkpoints that are awaited in any sequence; it is empty.",
    ],
  ])("with %s", (_, text, ...told) => {
    expect(mistakesOf(text)).toEqual(told);
  });
});

it("tells all mistakes of a file at once, by their places, with the lines", () => {
  const text = "﻿name: 1\r\nstarters:\r\n  alice: { http: GET x }\r\norder: [bob.finished]\r\n";
  const told = [
    "a b.yaml:1:7: Expected what the scenario shows, in a few words; found the number 1.",
    "  1 | name: 1",
    "    |       ^",
    'a b.yaml:3:18: "x" is no URL. It begins with http:// or https://, or with a service\'s: ${bank.url}/path.',
    "  3 |   alice: { http: GET x }",
    "    |                  ^^^^^",
    'a b.yaml:4:9: There is no starter "bob". There is only alice.',
    "  4 | order: [bob.finished]",
    "    |         ^^^^^^^^^^^^",
  ].join("\n");
  expect(() => readText(new Source("a b.yaml", text), {})).toThrow(
    expect.objectContaining({ code: "BadScenario", message: told }),
  );
});

it("reads nothing again that the environment has said", () => {
  const { scenario } = readText(new Source("file.yaml", changed("/withdraw", "/${PATH}")), { PATH: "${bank.port}" });
  const told = fillAll(scenario.starters, (of, key) => `http://${of}.${key}`);
  expect(told).toMatchObject({ alice: { http: "POST http://bank.url/${bank.port}" } });
});

it("reads JSON as well", () => {
  const json = '{ "$schema": "x", "starters": { "a": { "command": ["node"] } }, "order": ["a.finished"] }';
  expect(mistakesOf(json)).toEqual([]);
});

it("takes names that objects have already", () => {
  const text = changed("alice:", "__proto__:").replaceAll("alice", "__proto__");
  expect(mistakesOf(text)).toEqual([]);
  expect(mistakesOf(`${good}constructor: 1\n`)).toHaveLength(1);
});
