// The instrumentations that the application creates, of whatever copy of OpenTelemetry's base class. Every one of them
// is enabled before it patches anything: there it is met.
import {
  type Instrumentation,
  InstrumentationBase,
  type InstrumentationModuleDefinition,
  InstrumentationNodeModuleDefinition,
} from "@opentelemetry/instrumentation";
import { leaveRequireHook } from "./private-fields.js";

interface BaseClass {
  readonly prototype: { enable(): void };
}

const watched = Symbol("spangate.watched");

/**
 * To be called when the own instrumentations are there.
 * @param meet called with each one before it patches anything, and again when it is enabled anew
 */
export function watchInstrumentations(meet: (instrumentation: Instrumentation) => void): void {
  const watch = ({ prototype }: BaseClass) => {
    if (Object.hasOwn(prototype, watched)) return;
    Object.defineProperty(prototype, watched, { value: true });
    const { enable } = prototype;
    prototype.enable = function (this: Instrumentation) {
      meet(this);
      enable.call(this);
    };
  };

  // Sees every copy that the application loads, in the way in which instrumentations see the modules that they patch.
  class CopyWatcher extends InstrumentationBase {
    protected override init(): InstrumentationModuleDefinition[] {
      const patch = (exports: { InstrumentationBase?: BaseClass }) => {
        if (exports.InstrumentationBase) watch(exports.InstrumentationBase);
        return exports;
      };
      return [new InstrumentationNodeModuleDefinition("@opentelemetry/instrumentation", ["*"], patch)];
    }
  }
  leaveRequireHook(new CopyWatcher("spangate", SPANGATE_VERSION, {}));
  watch(InstrumentationBase as unknown as BaseClass);
}
