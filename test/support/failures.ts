/** What a promise rejects with. Handles the rejection at once, however late it is awaited. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  const outcome = await promise.then(
    () => ({ failed: false, error: undefined }),
    (error: unknown) => ({ failed: true, error }),
  );
  if (!outcome.failed) throw new Error("It succeeded, and should have failed.");
  return outcome.error;
}
