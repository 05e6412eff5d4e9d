// HTTP calls of a scenario: by fetch, so that those of a starter carry its actor.
import { describeValue } from "../check/describe.js";
import { parseJson } from "../json.js";
import type { Call, CallEntry, ExpectedAnswer, ExpectedText } from "../model.js";
import { type Difference, differencesOf } from "./difference.js";
import { differencesOfText } from "./texts.js";

/** What came back. Redirects are answers too: they are not followed. */
export interface Answer {
  readonly status: number;
  /** By their names in small letters; of `set-cookie` one each. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: string;
}

/** @throws what fetch throws */
export async function callHttp(entry: CallEntry, signal?: AbortSignal): Promise<Answer> {
  const { method = "GET", url, headers = {}, json, body } = callOf(entry);
  const response = await fetch(url, {
    method,
    headers: {
      ...(json !== undefined && { "content-type": "application/json" }),
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
    ...(body !== undefined && { body }),
    redirect: "manual",
    ...(signal && { signal }),
  });
  return { status: response.status, headers: headersOf(response.headers), body: await response.text() };
}

/** As a reader knows it: `POST http://127.0.0.1:3000/withdraw`. */
export function describeCall(entry: CallEntry): string {
  const { method = "GET", url } = callOf(entry);
  return `${method} ${url}`;
}

export function differencesOfAnswer(expected: ExpectedAnswer, answer: Answer): readonly Difference[] {
  const { status, headers = {}, json, body, exact = false } = expected;
  return [
    ...(status === undefined ? [] : differencesOf("status", status, answer.status, exact)),
    ...Object.entries(headers).flatMap(([name, text]) => ofHeader(name, text, answer.headers.get(name.toLowerCase()))),
    ...(json === undefined ? [] : ofJson(json, answer.body, exact)),
    ...(body === undefined ? [] : differencesOfText("body", body, answer.body)),
  ];
}

function headersOf(headers: Headers): Answer["headers"] {
  return new Map([...headers].map(([name, value]) => [name, name === "set-cookie" ? headers.getSetCookie() : [value]]));
}

// Of several cookies one must fit.
function ofHeader(name: string, expected: ExpectedText, found: readonly string[] = []): readonly Difference[] {
  const at = `header ${name}`;
  const each = found.map((value) => differencesOfText(at, expected, value));
  if (each.length === 0) return [{ at, expected: describeValue(expected), found: "" }];
  return each.some((differences) => differences.length === 0) ? [] : each.flat();
}

function ofJson(expected: unknown, body: string, exact: boolean): readonly Difference[] {
  try {
    return differencesOf("json", expected, parseJson(body), exact);
  } catch {
    return [{ at: "body", expected: "JSON", found: JSON.stringify(body.slice(0, 60)) }];
  }
}

function callOf(entry: CallEntry): Call {
  if (typeof entry !== "string") return entry;
  const blank = entry.indexOf(" ");
  return { method: entry.slice(0, blank), url: entry.slice(blank + 1) };
}
