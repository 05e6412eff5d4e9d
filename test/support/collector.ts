// A collector of OpenTelemetry: what an application's own exporters send.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

interface Attribute {
  readonly key: string;
  readonly value: unknown;
}

interface SentSpan {
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes?: readonly Attribute[];
  readonly status?: { readonly code?: number };
}

interface Sent {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly scope: { readonly name: string }; readonly spans: readonly SentSpan[] }[];
  }[];
}

/** A span without what differs from run to run: its parent has a name, not an id. */
export interface ExportedSpan {
  readonly scope: string;
  readonly name: string;
  readonly kind: number;
  readonly parent: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly status: number;
}

// Attributes that hold a port or a thread's number and nothing else, and ports within others.
const changing = /\.port$|^thread\.id$/;

export class Collector {
  readonly #server: Server;
  readonly #spans: (SentSpan & { scope: string })[] = [];

  private constructor() {
    this.#server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request.setEncoding("utf8")) body += chunk;
      for (const { scopeSpans } of (JSON.parse(body) as Sent).resourceSpans ?? []) {
        for (const { scope, spans } of scopeSpans) {
          for (const span of spans) this.#spans.push({ ...span, scope: scope.name });
        }
      }
      response.setHeader("content-type", "application/json").end("{}");
    });
  }

  static async open(): Promise<Collector> {
    const collector = new Collector();
    await new Promise<void>((resolve) => collector.#server.listen(0, "127.0.0.1", resolve));
    return collector;
  }

  /** What makes an application export to it, and nowhere else. */
  get env(): Readonly<Record<string, string>> {
    return {
      OTEL_TRACES_EXPORTER: "otlp",
      OTEL_METRICS_EXPORTER: "none",
      OTEL_LOGS_EXPORTER: "none",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`,
      OTEL_NODE_RESOURCE_DETECTORS: "env",
      OTEL_LOG_LEVEL: "error",
    };
  }

  /** What has come, in an order that does not depend on time. */
  get exported(): readonly ExportedSpan[] {
    const names = new Map(this.#spans.map(({ spanId, name }) => [spanId, name]));
    const told = this.#spans.map(({ scope, name, kind, parentSpanId, attributes = [], status }) => ({
      ...{ scope, name, kind, status: status?.code ?? 0 },
      parent: parentSpanId ? (names.get(parentSpanId) ?? "not exported") : "none",
      attributes: Object.fromEntries(
        attributes.filter(({ key }) => !changing.test(key)).map(({ key, value }) => [key, steady(value)]),
      ),
    }));
    return told.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function steady(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT"));
}
