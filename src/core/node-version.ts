// Which Node spangate runs on. An older one fails amid what it lacks, in a place that tells nothing.
const least = [22, 15] as const;

/**
 * @param version such as "22.15.0"
 * @returns what is wrong with it; `undefined` when nothing is
 */
export function mistakeOfNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > least[0] || (major === least[0] && minor >= least[1])) return undefined;
  return `spangate needs Node ${least.join(".")} or later; this is ${version}.`;
}
