// A page for each scenario that has run.
import { mkdir, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { UsageError } from "../../core/errors.js";
import type { Interleaving } from "../../report/interleaving.js";

export class Pages {
  readonly #folder: string;
  readonly #taken = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Before anything runs. @throws {UsageError} BadOption, where no pages can be written */
  async prepare(): Promise<void> {
    await mkdir(this.#folder, { recursive: true }).catch(refuse);
  }

  /**
   * @returns the page's URL, which a terminal opens
   * @throws {UsageError} BadOption
   */
  async write(file: string, title: string, interleaving: Interleaving): Promise<string> {
    const page = join(this.#folder, `${this.#nameFor(file)}.html`);
    await writeFile(page, interleaving.toHtml({ title })).catch(refuse);
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

function refuse(error: Error): never {
  throw new UsageError("BadOption", `--report: no page can be written there: ${error.message}`, { cause: error });
}
