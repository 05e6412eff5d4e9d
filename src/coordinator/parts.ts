// Messages of a size that clients take: gRPC's default is 4 MiB at most, and events may have long texts.

const mostBytes = 1 << 20;

export interface Events {
  readonly events: readonly unknown[];
}

/** A message, and its size in bytes. */
export type Part<Message> = readonly [message: Message, bytes: number];

/**
 * @param sizeOf in bytes
 * @param rest a further message, of these events
 * @returns the message itself, or several that have its events, as long as there is more than one in each
 */
export function partsOf<Message extends Events>(
  message: Message,
  sizeOf: (message: Message) => number,
  rest: (events: Message["events"]) => Message,
): readonly Part<Message>[] {
  const { events } = message;
  const bytes = sizeOf(message);
  if (bytes <= mostBytes || events.length < 2) return [[message, bytes]];
  const half = events.length >> 1;
  const first = { ...message, events: events.slice(0, half) };
  return [first, rest(events.slice(half))].flatMap((it) => partsOf(it, sizeOf, rest));
}
