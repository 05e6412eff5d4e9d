/** Where `net` finds the coordinator, or has it listen: `unix:PATH` or `HOST:PORT`. */
export function socketOptions(address: string): { path: string } | { host: string; port: number } {
  if (address.startsWith("unix:")) return { path: address.replace(/^unix:(\/\/)?/, "") };
  const at = address.lastIndexOf(":");
  return { host: address.slice(0, at).replace(/^\[|\]$/g, ""), port: Number(address.slice(at + 1)) };
}

/** True for `unix:PATH` and `HOST:PORT`. */
export function isAddress(text: string): boolean {
  return /^unix:.|^[^\s/]+:\d{1,5}$/.test(text);
}

/** True where nobody beyond this machine can reach it: a Unix socket, or a loopback `HOST:PORT`. */
export function isOfThisMachine(address: string): boolean {
  return address.startsWith("unix:") || /^(127(\.\d{1,3}){3}|localhost|\[::1\]):\d+$/.test(address);
}
