// What is told may be of any size, and a message may not: it is cut into several.

/** Bytes of one message, of the 1 MiB that a coordinator takes. */
const portionLimit = 256 * 1_024;

/**
 * @param bytesOf by bytes and not by characters: names may be of any script
 * @returns the items in their sequence; one that is larger than a portion has one of its own
 */
export function portions<Item>(items: readonly Item[], bytesOf: (item: Item) => number): Item[][] {
  const cut: Item[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const size = bytesOf(item);
    bytes += size;
    if (bytes <= portionLimit) cut.at(-1)?.push(item);
    else {
      cut.push([item]);
      bytes = size;
    }
  }
  return cut;
}
