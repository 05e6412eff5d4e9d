/** Where `net` finds the coordinator, or has it listen: `unix:PATH` or `HOST:PORT`. */
export function socketOptions(address: string): { path: string } | { host: string; port: number } {
  if (address.startsWith("unix:")) return { path: address.replace(/^unix:(\/\/)?/, "") };
  const at = address.lastIndexOf(":");
  return { host: address.slice(0, at).replace(/^\[|\]$/g, ""), port: Number(address.slice(at + 1)) };
}
