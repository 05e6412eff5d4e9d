// A function in the place of another one. Not a Proxy: a call through one costs several times as much.

type AnyFunction = (...args: unknown[]) => unknown;

/** What a stand-in does in place of the function itself. */
export interface Conduct {
  call(self: unknown, args: unknown[]): unknown;
  construct(args: unknown[], newTarget: AnyFunction): object;
}

/** Who says when calls go straight through. */
export interface Rest {
  readonly isAtRest: boolean;
}

/** A function that looks like the original to whoever looks: name, length, prototype and properties. */
export function standIn(original: AnyFunction, rest: Rest, conduct: Conduct): AnyFunction {
  const placed = isClass(original) ? standInForClass(conduct) : standInForFunction(original, rest, conduct);
  for (const key of Reflect.ownKeys(original)) {
    Reflect.defineProperty(placed, key, Reflect.getOwnPropertyDescriptor(original, key) as PropertyDescriptor);
  }
  return Object.setPrototypeOf(placed, Object.getPrototypeOf(original));
}

/** As {@link standIn}, for a function that nobody makes objects with. */
export function inPlaceOf(original: AnyFunction, rest: Rest, call: Conduct["call"]): AnyFunction {
  return standIn(original, rest, {
    call,
    construct: (args, newTarget) => Reflect.construct(original, args, newTarget),
  });
}

function standInForFunction(original: AnyFunction, rest: Rest, conduct: Conduct): AnyFunction {
  return function (this: unknown) {
    // biome-ignore lint/complexity/noArguments: rest parameters cost more, and this runs at every instrumented call.
    return rest.isAtRest ? original.apply(this, arguments as never) : conduct.call(this, [...arguments]);
  };
}

function standInForClass({ construct }: Conduct): AnyFunction {
  return function (this: unknown, ...args: unknown[]) {
    return construct(args, new.target ?? placedWithoutNew());
  };
}

function placedWithoutNew(): never {
  throw new TypeError("Class constructor cannot be invoked without 'new'");
}

function isClass(original: AnyFunction): boolean {
  return /^class\b/.test(Function.prototype.toString.call(original));
}
