// A reporter for node:test: one line of JSON a test.
export default async function* lines(source) {
  const path = [];
  for await (const { type, data } of source) {
    if (type === "test:start") {
      path.length = data.nesting;
      path.push(data.name);
    }
    if (type !== "test:pass" && type !== "test:fail") continue;
    if (data.details?.type === "suite" || data.skip !== undefined || data.todo !== undefined) continue;
    const cause = data.details?.error?.cause ?? data.details?.error;
    const title = [...path.slice(0, data.nesting), data.name].join(" › ");
    yield `${JSON.stringify({ title, passed: type === "test:pass", error: cause && String(cause.stack ?? cause) })}\n`;
  }
}
