// Everything that is known of what is selected.
import type { ComponentChildren, Ref } from "preact";
import type { Pause, Report, ReportedSpan, Wait } from "../../src/report/report.ts";
import { hasStatement, requestOf, statementOf } from "../model/detail-line.ts";
import { clock, duration } from "../model/format.ts";
import { subtract, union } from "../model/intervals.ts";
import { type Item, type Key, pauseKey, spanKey, waitKey } from "../model/items.ts";
import type { Model } from "../model/model.ts";
import type { LaidSpan } from "../model/pack.ts";
import { timesOf } from "../state.ts";
import { Copy } from "./copy.tsx";
import { Sql } from "./sql.tsx";

export interface DetailsProps {
  readonly model: Model;
  readonly selected: Key;
  readonly pane: Ref<HTMLElement>;
  readonly onSelect: (key: Key) => void;
  readonly onClose: () => void;
  readonly onFit: (times: Pick<Item, "fromMs" | "toMs">) => void;
}

export function Details(props: DetailsProps) {
  const { model, selected, pane, onClose, onFit } = props;
  const item = model.items.byKey.get(selected);
  const times = timesOf(model, selected);
  return (
    <section class="details" ref={pane} tabIndex={-1} aria-label="Details">
      <div class="actions">
        {times && times.toMs > times.fromMs && (
          <button type="button" title="Zoom to it (z)" onClick={() => onFit(times)}>
            Zoom to it
          </button>
        )}
        <button type="button" aria-label="Close" title="Close (Escape)" onClick={onClose}>
          ✕
        </button>
      </div>
      {item && item.type !== "moment" ? <SpanDetails {...props} item={item} /> : <MomentDetails {...props} />}
    </section>
  );
}

function MomentDetails({ model, selected }: DetailsProps) {
  const moment = model.report.moments[Number(selected.split(" ")[1])];
  if (!moment) return null;
  return (
    <>
      <h2>
        <bdi>{moment.actor ?? "The run"}</bdi>
      </h2>
      <p class="told">{moment.text}</p>
      <dl>
        <Fact name="At">{clock(moment.atMs)}</Fact>
      </dl>
    </>
  );
}

type SpanItem = Extract<Item, { readonly laid: LaidSpan }>;

function SpanDetails({ model, item, selected, onSelect }: DetailsProps & { readonly item: SpanItem }) {
  const { laid } = item;
  const { span } = laid;
  const { report } = model;
  const parent = span.parentSpanId === null ? undefined : model.items.byKey.get(spanKey(span.parentSpanId));
  const actor = report.actors[item.lane];
  return (
    <>
      <h2 class={`hue-${model.services.indexOf(span.service) % 8}`}>
        <bdi>{span.name}</bdi>
      </h2>
      <p class="subtitle">
        {span.kind} · <bdi>{span.service}</bdi> · <bdi>{span.actor}</bdi>
      </p>
      {span.pauses.map((pause, at) => (
        <PausePart
          key={`${pause.phase} ${pause.fromMs}`}
          pause={pause}
          report={report}
          selected={selected === pauseKey(span.spanId, at)}
        />
      ))}
      {span.waits.map((wait, at) => (
        <WaitPart key={wait.fromMs} wait={wait} endMs={laid.toMs} selected={selected === waitKey(span.spanId, at)} />
      ))}
      <Statement span={span} />
      <dl>
        <Fact name="Start">{span.startMs === null ? "not told" : clock(span.startMs)}</Fact>
        <Fact name="End">{span.endMs === null ? "still open" : clock(span.endMs)}</Fact>
        <Fact name="Duration">{durationText(laid)}</Fact>
        {(span.pauses.length > 0 || span.waits.length > 0) && (
          <Fact name="Without pauses">{duration(workOf(laid))}</Fact>
        )}
        <Fact name="Process">{span.pid}</Fact>
        <Fact name="Peer">{span.peer}</Fact>
        <Fact name="Scope">{span.scope}</Fact>
        <Fact name="Parent">
          {parent?.type === "span" ? (
            <button type="button" class="link" onClick={() => onSelect(parent.key)}>
              <bdi>{parent.laid.span.name}</bdi>
            </button>
          ) : null}
        </Fact>
      </dl>
      <Attributes span={span} />
      <dl class="ids">
        <Fact name="Trace id">{actor?.traceId}</Fact>
        <Fact name="Span id">{span.spanId}</Fact>
        <Fact name="Parent's id">{span.parentSpanId}</Fact>
      </dl>
    </>
  );
}

interface PauseProps {
  readonly pause: Pause;
  readonly report: Report;
  readonly selected: boolean;
}

function PausePart({ pause, report, selected }: PauseProps) {
  const code = report.order[pause.checkpoint]?.code;
  return (
    <section class="part pause" aria-current={selected ? "true" : undefined}>
      <h3>
        <span class="number">{pause.checkpoint + 1}</span>
        held {pause.phase} it for {duration((pause.toMs ?? report.endMs) - pause.fromMs)}
        {pause.toMs === null && ", still"}
      </h3>
      {code !== undefined && <Copy text={code} />}
      <p class="times">
        {clock(pause.fromMs)} to {pause.toMs === null ? "the end of the report" : clock(pause.toMs)}
        {pause.mode === "thread" && ", its whole thread"}
      </p>
      {pause.withdrawn !== null && <p class="withdrawn">Gone before it was let go: {pause.withdrawn}</p>}
    </section>
  );
}

function WaitPart({
  wait,
  endMs,
  selected,
}: {
  readonly wait: Wait;
  readonly endMs: number;
  readonly selected: boolean;
}) {
  return (
    <section class="part wait" aria-current={selected ? "true" : undefined}>
      <h3>
        waits for <bdi>{wait.by.join(", ")}</bdi>: {duration((wait.toMs ?? endMs) - wait.fromMs)}
        {wait.toMs === null && ", still"}
      </h3>
      <p class="told">{wait.lock}</p>
      <p class="times">
        {clock(wait.fromMs)} to {wait.toMs === null ? "the end of the report" : clock(wait.toMs)}
      </p>
    </section>
  );
}

const recipe = 'openGateway({ recordAttributes: ["db.query.text"] })';

function Statement({ span }: { readonly span: ReportedSpan }) {
  const statement = statementOf(span);
  const request = requestOf(span);
  if (statement !== undefined) return <Sql statement={statement} />;
  if (hasStatement(span)) {
    return (
      <p class="missing">
        The statement is not recorded: <code>{recipe}</code>
      </p>
    );
  }
  return request === undefined ? null : <p class="request">{request}</p>;
}

function Attributes({ span: { attributes } }: { readonly span: ReportedSpan }) {
  const entries = Object.entries(attributes);
  if (entries.length === 0) return null;
  return (
    <>
      <h3>Attributes</h3>
      <dl class="attributes">
        {entries.map(([name, value]) => (
          <Fact key={name} name={name}>
            {String(value)}
          </Fact>
        ))}
      </dl>
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  if (children === null || children === undefined || children === "") return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <bdi>{children}</bdi>
      </dd>
    </div>
  );
}

function durationText({ span, fromMs, toMs }: LaidSpan): string {
  if (span.startMs === null) return "not known";
  return `${duration(toMs - fromMs)}${span.endMs === null ? " so far" : ""}`;
}

/** What is left of it when nobody held it and it waited for nobody. */
function workOf({ span, fromMs, toMs }: LaidSpan): number {
  const held = [...span.pauses, ...span.waits].map((it) => ({ fromMs: it.fromMs, toMs: it.toMs ?? toMs }));
  return subtract([{ fromMs, toMs }], union(held)).reduce((sum, it) => sum + it.toMs - it.fromMs, 0);
}
