// The page as it was built: a document, a script, a style and an icon, each by its path.
import { readFileSync } from "node:fs";

export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
}

const names: Readonly<Record<string, readonly [name: string, type: string]>> = {
  "/": ["index.html", "text/html; charset=utf-8"],
  "/live.js": ["live.js", "text/javascript; charset=utf-8"],
  "/live.css": ["live.css", "text/css; charset=utf-8"],
  "/icon.svg": ["icon.svg", "image/svg+xml"],
};

let loaded: ReadonlyMap<string, PageFile> | undefined;

/** Read when the first page is asked for. Only these paths exist: none leads to the disk. */
export function pageFiles(): ReadonlyMap<string, PageFile> {
  loaded ??= new Map(
    Object.entries(names).map(([path, [name, type]]) => [
      path,
      // From src as from dist, which lie side by side.
      { type, body: readFileSync(new URL(`../../dist/page/${name}`, import.meta.url)) },
    ]),
  );
  return loaded;
}
