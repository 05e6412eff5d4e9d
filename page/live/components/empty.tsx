// What to do where nothing is to be seen.
import type { Everything } from "../model/runs.ts";

export interface EmptyProps {
  readonly all: Everything;
  readonly isLive: boolean;
  /** The run that is shown is over, and nothing of it is kept. */
  readonly isOver: boolean;
}

export function Empty({ all, isLive, isOver }: EmptyProps) {
  if (!isLive) return <div class="empty" />;
  if (isOver) {
    return (
      <div class="empty">
        <h2>Nothing is kept of this run any more</h2>
        <p>The coordinator keeps the last five. Its test can write a page: runner.interleaving.toHtml().</p>
      </div>
    );
  }
  return (
    <div class="empty">
      <h2>{all.agents.size > 0 ? "No run yet" : "Nothing is here yet"}</h2>
      <p>Three steps, in terminals that have the two variables which spangate serve has told:</p>
      <ol>
        <li class={all.agents.size > 0 ? "done" : ""}>
          <p>{all.agents.size > 0 ? "A service is attached." : "Start a service with an agent in it"}</p>
          <pre>spangate exec --service bank -- node server.js</pre>
        </li>
        <li>
          <p>Let a test use this coordinator</p>
          <pre>
            {'const { SPANGATE_ADDRESS: address = "", SPANGATE_TOKEN: token = "" } = process.env;\n'}
            {"const gateway = await openGateway({ connect: { address, token } });"}
          </pre>
        </li>
        <li class={all.byHand ? "done" : ""}>
          <p>
            {all.byHand ? (
              "Steps are taken by hand: run the test, and it waits for you here."
            ) : (
              <>
                Press <kbd>b</kbd> to step by hand, and run the test. Give it the time that you need, such as{" "}
                <code>vitest --test-timeout=0</code>.
              </>
            )}
          </p>
        </li>
      </ol>
    </div>
  );
}
