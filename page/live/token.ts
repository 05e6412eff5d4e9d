// The gateway's token: behind # in the address, which no server sees, or kept for this tab. Never in the address for long.
const key = "spangate token";

/** @returns `undefined` where it has to be asked for */
export function takeToken(): string | undefined {
  const found = new URLSearchParams(location.hash.slice(1)).get("token");
  if (location.hash !== "") history.replaceState(null, "", location.pathname);
  if (found) keepToken(found);
  return found ?? sessionStorage.getItem(key) ?? undefined;
}

/** For this tab, until it is closed. */
export function keepToken(token: string): void {
  sessionStorage.setItem(key, token);
}

export function forgetToken(): void {
  sessionStorage.removeItem(key);
}
