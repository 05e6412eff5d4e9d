// The way to the coordinator: a stream that is begun anew where it breaks, and requests.
import type { LiveAnswer, LiveMessage, LiveRequests } from "../../src/ui/protocol.ts";

/** How long a broken connection rests before it is tried again, in milliseconds. */
const restMs = 1_000;

export interface ConnectionListener {
  onMessages(messages: readonly LiveMessage[]): void;
  /** The coordinator does not answer; it is asked again. */
  onGone(): void;
  /** It refuses the token, or this page. */
  onRefused(error: string): void;
}

/** @param runId which run is followed, if one is. @returns what ends it */
export function connect(token: string, runId: string | null, listener: ConnectionListener): () => void {
  const end = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const begin = async () => {
    try {
      const response = await fetch(runId === null ? "/api/live" : `/api/live/${runId}`, {
        ...options(token),
        signal: end.signal,
      });
      if (!response.ok || !response.body) {
        const { error = "The page's server does not answer as it should." } = await answerOf(response);
        if (response.status === 401 || response.status === 403) return listener.onRefused(error);
        throw new Error(error);
      }
      await read(response.body, (messages) => end.signal.aborted || listener.onMessages(messages));
    } catch {
      // It broke, or never came about: all the same.
    }
    if (end.signal.aborted) return;
    listener.onGone();
    timer = setTimeout(begin, restMs);
  };
  void begin();
  return () => {
    clearTimeout(timer);
    end.abort();
  };
}

async function read(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  onMessages: (messages: readonly LiveMessage[]) => unknown,
): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop() ?? "";
    if (lines.length > 0) onMessages(lines.map((line) => JSON.parse(line) as LiveMessage));
  }
}

/** @returns what answers; its `error` also where nobody does */
export async function ask<Path extends keyof LiveRequests>(
  token: string,
  path: Path,
  body: LiveRequests[Path],
): Promise<LiveAnswer> {
  const { headers, ...rest } = options(token);
  try {
    return await answerOf(
      await fetch(`/api/${path}`, {
        ...rest,
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    );
  } catch {
    return { error: "The coordinator does not answer." };
  }
}

function options(token: string) {
  return {
    headers: { authorization: `Bearer ${token}` },
    credentials: "omit",
    cache: "no-store",
    redirect: "error",
    referrerPolicy: "no-referrer",
  } as const;
}

async function answerOf(response: Response): Promise<LiveAnswer> {
  try {
    return (await response.json()) as LiveAnswer;
  } catch {
    return { error: `The page's server answered ${response.status}.` };
  }
}
