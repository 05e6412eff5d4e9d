// What the page knows, and how it changes. One stream tells it all; a person's wishes go out as requests.
import type { LiveEvent, LiveMessage, LiveRequests } from "../../src/ui/protocol.ts";
import { ask, connect } from "./connection.ts";
import { announcementOf } from "./model/rows.ts";
import { RunView } from "./model/run.ts";
import { type Everything, joined, nothing, type RunSummary, seeAll, seeFailure } from "./model/runs.ts";
import { forgetToken, keepToken } from "./token.ts";

export type Link =
  /** The token is asked for. */
  | { readonly type: "signedOut"; readonly error: string | undefined }
  | { readonly type: "connecting" }
  | { readonly type: "live" }
  /** The coordinator does not answer; it is asked again. */
  | { readonly type: "gone" };

export class LiveStore {
  link: Link;
  all: Everything = nothing;
  /** The run that is shown. */
  selected: string | null = null;
  view: RunView | undefined;
  /** What the last request has to say, if anything. */
  notice: string | undefined;
  /** For who does not see the page. */
  announcement = "";
  #token: string | undefined;
  /** What a new connection has told so far. */
  #incoming: Everything | undefined;
  /** Chosen by a person, who then keeps it until it is over. */
  #isChosen = false;
  #disconnect: (() => void) | undefined;
  #onChange: () => void = () => {};

  constructor(token: string | undefined) {
    this.#token = token;
    this.link = token === undefined ? { type: "signedOut", error: undefined } : { type: "connecting" };
  }

  /** @returns what ends it */
  start(onChange: () => void): () => void {
    this.#onChange = onChange;
    if (this.#token !== undefined) this.#connect();
    return () => this.#disconnect?.();
  }

  get run(): RunSummary | undefined {
    return this.selected === null ? undefined : this.all.runs.get(this.selected);
  }

  signIn(token: string): void {
    this.#token = token;
    keepToken(token);
    // The form stays until the token is taken: a wrong one is mended there.
    this.link = this.link.type === "signedOut" ? { ...this.link, error: undefined } : { type: "connecting" };
    this.#connect();
    this.#onChange();
  }

  choose(runId: string): void {
    this.#isChosen = true;
    this.#select(runId);
  }

  async request<Path extends keyof LiveRequests>(path: Path, body: LiveRequests[Path]): Promise<void> {
    const { error, released } = await ask(this.#token ?? "", path, body);
    this.notice = error ?? (released === false ? "Nothing stood there any more." : undefined);
    this.#onChange();
  }

  say(text: string): void {
    this.announcement = text;
    this.#onChange();
  }

  #select(runId: string | null): void {
    if (runId === this.selected) return;
    this.selected = runId;
    this.view = undefined;
    this.notice = undefined;
    this.#connect();
    this.#onChange();
  }

  #connect(): void {
    this.#disconnect?.();
    this.#disconnect = connect(this.#token ?? "", this.selected, {
      onMessages: (messages) => {
        for (const message of messages) this.#take(message);
        this.#onChange();
      },
      onGone: () => {
        this.link = { type: "gone" };
        this.#onChange();
      },
      onRefused: (error) => {
        forgetToken();
        this.#token = undefined;
        this.link = { type: "signedOut", error };
        this.#onChange();
      },
    });
  }

  #take(message: LiveMessage): void {
    switch (message.type) {
      case "hello":
        this.link = { type: "live" };
        this.#incoming = nothing;
        return;
      case "ready":
        this.all = joined(this.all, this.#incoming ?? nothing);
        this.#incoming = undefined;
        return this.#look();
      case "run":
        // A stream that is ended may have told more already.
        if (message.run.runId === this.selected) this.view = new RunView(message.run);
        return;
      case "events":
        this.view?.add(message.events);
        if (this.view?.failure) this.all = seeFailure(this.all, this.view.run.runId);
        this.#announce(message.events);
        return;
      case "over":
        if (this.view) this.view.isOver = true;
        return;
      default:
        if (this.#incoming) this.#incoming = seeAll(this.#incoming, message);
        else this.all = seeAll(this.all, message);
        if (message.type === "runClosed" && message.runId === this.selected) this.#isChosen = false;
        if (message.type === "runOpened") this.#look();
    }
  }

  /** Shows the newest run that goes on; of those that are over the newest, where none is shown, and nobody has chosen one. */
  #look(): void {
    if (this.#incoming || this.run?.isOpen || (this.#isChosen && this.run)) return;
    const runs = [...this.all.runs.values()];
    const newest = runs.findLast(({ isOpen }) => isOpen) ?? (this.run ? undefined : runs.at(-1));
    if (newest) this.#select(newest.runId);
  }

  #announce(events: readonly LiveEvent[]): void {
    const codeOf = (index: number) => this.view?.run.order[index]?.code ?? "";
    const said = events.flatMap((event) => announcementOf(event, codeOf) ?? []);
    if (said.length > 0) this.announcement = said.slice(-3).join("; ");
  }
}
