// A function of one object, replaced for a while. Nothing else of its class sees it.
type AnyFunction = (...args: never[]) => unknown;

/**
 * Puts a function of the object's own in front of the one that it has or inherits.
 * @returns takes it away again, unless somebody has replaced it since
 */
export function shadow(object: object, name: string, replacement: AnyFunction): () => void {
  const own = Object.getOwnPropertyDescriptor(object, name);
  Object.defineProperty(object, name, { value: replacement, configurable: true, writable: true, enumerable: false });
  return () => {
    if (Object.getOwnPropertyDescriptor(object, name)?.value !== replacement) return;
    if (own) Object.defineProperty(object, name, own);
    else Reflect.deleteProperty(object, name);
  };
}
