// The link's worker thread: owns the stream to the coordinator, so that it lives on while its thread is blocked.
//
// - Messages of the thread are sent as they are; it has encoded and framed them.
// - Whatever the thread must know while it is blocked is in shared memory before it is woken.
// - When the coordinator is gone, a process that the gateway started ends; any other goes on without spangate.
import { type MessagePort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { AttachRequest, AttachResponse } from "../../src/gen/spangate/v1/agent.js";
import type { RuleSet } from "../../src/gen/spangate/v1/model.js";
import { isOfThisMachine } from "../../src/wire/address.js";
import { discoveryFromWire } from "../../src/wire/discovery.js";
import { rulesFromWire } from "../../src/wire/spans.js";
import { attachPath } from "./attach-path.js";
import { GrpcStream } from "./grpc-stream.js";
import { message } from "./http2-frames.js";
import { type News, secondStreamBroke, type WorkerData } from "./messages.js";
import { askForReason } from "./refusal.js";
import { linkState, openShared, wakeThread, word } from "./shared.js";

const retryMs = 50;
/** How long before the deadline the worker gives up, so that the thread learns the cause before it does. */
const reportMs = 50;

const data = workerData as WorkerData;
const { words, messageBytes } = openShared(data.shared);
const port: MessagePort = data.port;
let stream = attach();

port.on("message", take);
void serveThread();

function attach(): GrpcStream {
  const events = { onMessage: receive, onEnd: (error: Error) => void ended(error) };
  // On one machine the system tells every end. This thread can answer while the application's is stopped.
  const opened = new GrpcStream(data.way, attachPath, events, { pings: !isOfThisMachine(data.way.address) });
  opened.write(message(data.hello));
  return opened;
}

function take(posted: Uint8Array | typeof secondStreamBroke): void {
  if (posted === secondStreamBroke) stream.destroy("the thread's own stream broke");
  else stream.write(posted);
}

function receive(bytes: Uint8Array): void {
  const { command } = AttachResponse.decode(bytes);
  switch (command?.$case) {
    case "release":
      return release(command.value.ids);
    case "welcome":
      tell({ type: "welcome", instance: command.value.instance, key: command.value.key });
      if (command.value.rules) applyRules(command.value.rules);
      return setState(linkState.attached);
    case "rules":
      return applyRules(command.value);
    case "sync":
      return tell({ type: "sync", number: command.value.number });
    case "stop":
      return setGone();
    case undefined:
      return;
  }
}

function release(ids: readonly number[]): void {
  const held = Atomics.load(words, word.held);
  if (ids.includes(held)) {
    Atomics.store(words, word.released, held);
    wakeThread(words);
  }
  const flows = ids.filter((id) => id !== held);
  if (flows.length > 0) port.postMessage({ type: "released", ids: flows } satisfies News);
}

function applyRules(rules: RuleSet): void {
  tell({ type: "rules", actors: rulesFromWire(rules), discovery: discoveryFromWire(rules) });
  // From here on the thread's next span meets them, so they may be acknowledged.
  send({ $case: "rulesApplied", value: { version: rules.version } });
}

function send(event: NonNullable<AttachRequest["event"]>): void {
  stream.write(message(AttachRequest.encode({ event, sequence: 0 }).finish()));
}

function tell(news: News): void {
  port.postMessage(news);
  Atomics.add(words, word.news, 1);
  wakeThread(words);
}

function setState(state: number): void {
  Atomics.store(words, word.state, state);
  wakeThread(words);
}

function setGone(): void {
  setState(linkState.gone);
  tell({ type: "gone" });
}

async function serveThread(): Promise<void> {
  for (;;) {
    const waiting = Atomics.waitAsync(words, word.request, 0);
    if (waiting.async) await waiting.value;
    const length = Atomics.load(words, word.request);
    if (length === 0) continue;
    const bytes = Buffer.from(messageBytes.subarray(0, Math.abs(length)));
    Atomics.store(words, word.request, 0);
    // What the thread posted before it stopped comes first.
    for (let posted = receiveMessageOnPort(port); posted; posted = receiveMessageOnPort(port)) take(posted.message);
    stream.write(bytes);
    if (length < 0) stream.close(() => setState(linkState.gone));
  }
}

async function ended(error: Error): Promise<void> {
  const state = Atomics.load(words, word.state);
  if (state === linkState.connecting) return await failedToAttach(error);
  // A process that the gateway started has no reason to live on; its thread may be blocked, so it is not asked.
  if (state === linkState.attached && data.spawned) process.kill(process.pid, "SIGKILL");
  setGone();
}

async function failedToAttach(error: Error & { code?: string }): Promise<void> {
  const notThereYet = error.code === "ECONNREFUSED" || error.code === "ENOENT";
  if (notThereYet && !data.spawned && Date.now() + reportMs + retryMs < data.deadline) {
    setTimeout(() => {
      stream = attach();
    }, retryMs);
    return;
  }
  const reason = notThereYet ? undefined : await askForReason(data.way, attachPath, data.hello);
  tell({ type: "failed", reason: reason ?? error.message });
  setState(linkState.failed);
}
