// OpenTelemetry's API keeps what is registered in one object on globalThis, and whoever creates it fixes its version:
// a copy of the API of another version may not register any more, and its application falls silent. So the object is
// ours, and has the version that the asking copy demands. Until the application registers something itself it finds
// the own SDK in it, and its registration succeeds as if nothing were there:
//
//   reading:      get the object, read a slot
//   registering:  get the object, set the same object again, read the slot, compare the version, set the slot
import type { ContextManager, TextMapPropagator, TracerProvider } from "@opentelemetry/api";
import { newest, versionOfCaller } from "./api-version.js";

export interface Offer {
  readonly context: ContextManager;
  readonly propagation: TextMapPropagator;
  readonly trace: TracerProvider;
}

type Slots = Partial<Record<string, unknown>>;

const key = Symbol.for("opentelemetry.js.api.1");
const offeredSlots = ["context", "propagation", "trace"] as const;

/**
 * Puts the own SDK where applications look for one.
 * @param ownVersion of the API that the own SDK uses
 * @param onRegistered called when the application registers something in a slot, and at once if it has done so already.
 * With a tracer provider nothing is offered any more: an application that sets up only a part means it so.
 */
export function offerGlobal(
  offer: Offer,
  ownVersion: string,
  onRegistered: (slot: keyof Offer, value: object) => void,
): void {
  const holder = globalThis as unknown as Record<symbol, Slots | undefined>;
  const before = holder[key];
  let offered: Partial<Offer> = offer;
  let version = newest(ownVersion, String(before?.["version"] ?? ownVersion));
  let registering = false;
  let current: Slots | undefined = {};
  const own = current;

  const take = (slot: keyof Offer, value: unknown) => {
    if (slot === "trace") offered = {};
    onRegistered(slot, value as object);
  };
  const open = (slot: keyof Offer, registered: unknown) => {
    Object.defineProperty(own, slot, {
      enumerable: true,
      configurable: true,
      get: () => registered ?? (registering ? undefined : offered[slot]),
      set: (value: unknown) => {
        registering = false;
        registered = value;
        take(slot, value);
      },
    });
  };

  Object.assign(own, before);
  Object.defineProperty(own, "version", {
    enumerable: true,
    get: () => {
      if (!registering) return version;
      const asked = versionOfCaller() ?? version;
      version = newest(version, asked);
      return asked;
    },
  });
  for (const slot of offeredSlots) open(slot, before?.[slot]);
  Object.defineProperty(holder, key, {
    configurable: true,
    get: () => {
      registering = false;
      return current;
    },
    set: (value: Slots | undefined) => {
      current = value;
      if (value !== own) return;
      registering = true;
      // What the application has taken out again by disable() may be registered anew.
      for (const slot of offeredSlots) if (!Object.hasOwn(own, slot)) open(slot, undefined);
    },
  });
  for (const slot of offeredSlots) if (before?.[slot]) take(slot, before[slot]);
}
