// Where a coordinator is: `unix:PATH` or `HOST:PORT`.

/** Where `net` finds it, or has it listen. */
export function socketOptions(address: string): { path: string } | { host: string; port: number } {
  if (address.startsWith("unix:")) return { path: address.replace(/^unix:(\/\/)?/, "") };
  const at = address.lastIndexOf(":");
  return { host: address.slice(0, at).replace(/^\[|\]$/g, ""), port: Number(address.slice(at + 1)) };
}

/** True for `unix:PATH` and `HOST:PORT`. */
export function isAddress(text: string): boolean {
  if (text.startsWith("unix:")) return text.length > "unix:".length;
  const port = /^(?:\[[^\]\s]+\]|[^:[\]\s/]+):(\d{1,5})$/.exec(text)?.[1];
  return port !== undefined && Number(port) < 65_536;
}

/** True where nobody beyond this machine can reach it: a Unix socket, or a loopback `HOST:PORT`. */
export function isOfThisMachine(address: string): boolean {
  return address.startsWith("unix:") || /^(127(\.\d{1,3}){3}|localhost|\[::1\]):\d+$/.test(address);
}

/** The address at which this machine reaches what listens on all of its own. */
export function reachable(address: string): string {
  return address.replace(/^0\.0\.0\.0:/, "127.0.0.1:").replace(/^\[::\]:/, "[::1]:");
}

/** The name that its certificate must bear where nobody says otherwise. */
export function hostOf(address: string): string {
  const options = socketOptions(address);
  return "host" in options ? options.host : "localhost";
}
