// What NODE_OPTIONS says before the agent has a word, or to forbid it one.
import type { Finding, Patient } from "./finding.js";

export function checkNodeOptions({ around: { env } }: Patient): readonly Finding[] {
  const check = "NODE_OPTIONS";
  const text = env["NODE_OPTIONS"]?.trim() ?? "";
  const words = wordsOf(text);
  const findings: Finding[] = [];
  const preloads = preloadsIn(words);
  const own = preloads.findIndex((it) => /(^|[\\/])spangate([\\/].*)?[\\/]register(\.cjs)?$/.test(it));
  if (own > 0) {
    findings.push({
      ...{ check, level: "problem" },
      text: `${preloads[0]} is loaded before spangate: calls that it patches cannot be held in front.`,
      remedy: "Put --require spangate/register first. spangate exec does.",
    });
  }
  if (words.some((it) => /^--(experimental-)?permission$/.test(it)) && !words.includes("--allow-worker")) {
    findings.push({
      ...{ check, level: "problem" },
      text: "Node's permission model forbids the agent its thread.",
      remedy: "Add --allow-worker, --allow-net where Node knows it, and --allow-fs-read=*.",
    });
  }
  return findings.length > 0 ? findings : [{ check, level: "fine", text: text || "not set" }];
}

/** As Node reads it: words apart by spaces, with double quotes around those that have some. */
function wordsOf(text: string): readonly string[] {
  return (text.match(/(?:"(?:\\.|[^"\\])*"|[^\s"])+/g) ?? []).map((word) =>
    word.replace(/"((?:\\.|[^"\\])*)"/g, (_, inner: string) => inner.replace(/\\(.)/g, "$1")),
  );
}

/** In the sequence in which Node loads them: --require before --import. */
function preloadsIn(words: readonly string[]): readonly string[] {
  const of = (names: readonly string[]) =>
    words.flatMap((word, at) => {
      const [name = "", value] = word.split(/=(.*)/s);
      return names.includes(name) ? [value ?? words[at + 1] ?? ""] : [];
    });
  return [...of(["--require", "-r"]), ...of(["--import"])];
}
