// A page for each scenario that has run.
import { mkdir, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Interleaving } from "../../report/interleaving.js";

export class Pages {
  readonly #folder: string;
  readonly #taken = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @returns the page's URL, which a terminal opens */
  async write(file: string, title: string, interleaving: Interleaving): Promise<string> {
    await mkdir(this.#folder, { recursive: true });
    const page = join(this.#folder, `${this.#nameFor(file)}.html`);
    await writeFile(page, interleaving.toHtml({ title }));
    return pathToFileURL(page).href;
  }

  // Files of several folders may bear one name.
  #nameFor(file: string): string {
    const name = basename(file, extname(file));
    let free = name;
    for (let at = 2; this.#taken.has(free); at += 1) free = `${name}-${at}`;
    this.#taken.add(free);
    return free;
  }
}
