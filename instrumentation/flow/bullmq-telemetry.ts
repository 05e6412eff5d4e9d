// Sees every telemetry object of bullmq-otel as it is made. Written as an instrumentation, so that it is loaded by the
// very hooks of all others.
import { InstrumentationBase, InstrumentationNodeModuleDefinition } from "@opentelemetry/instrumentation";
import { gateTelemetry, type Telemetry, tracerNameOf } from "./adapters/bullmq.js";
import type { Flow } from "./flow.js";

type TelemetryClass = new (...args: unknown[]) => Telemetry;

/** Gates for the telemetry objects of bullmq-otel. */
export class BullmqTelemetry extends InstrumentationBase {
  // Missing while the base class is constructed, which hooks the loading of modules already.
  #flow: Flow | undefined;

  constructor(flow: Flow) {
    super("spangate-bullmq", SPANGATE_VERSION, {});
    this.#flow = flow;
  }

  protected override init(): InstrumentationNodeModuleDefinition {
    return new InstrumentationNodeModuleDefinition(
      "bullmq-otel",
      [">=1"],
      (exports: { BullMQOtel: TelemetryClass }) => {
        this._wrap(exports, "BullMQOtel", (BullMQOtel) => this.#gated(BullMQOtel));
        return exports;
      },
    );
  }

  #gated(BullMQOtel: TelemetryClass): TelemetryClass {
    return new Proxy(BullMQOtel, {
      construct: (target, args, newTarget) => {
        const telemetry = Reflect.construct(target, args, newTarget) as Telemetry;
        if (this.#flow) gateTelemetry(telemetry, tracerNameOf(args), this.#flow);
        return telemetry;
      },
    });
  }
}
