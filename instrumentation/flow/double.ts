// Some drivers give back an object at once, a query that tells its own events, and send it in the same call. Such a call
// is made at once as well, on a double of its receiver that keeps what would be sent: the application gets the very
// object, and errors about its arguments, when it expects them.

/**
 * @param own what the double does in its own way; everything else is its original's
 */
export function doubleOf<T extends object>(original: T, own: Partial<T>): T {
  return Object.create(original, Object.getOwnPropertyDescriptors(own)) as T;
}
