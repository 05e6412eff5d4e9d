// Links of what users read lead somewhere, also in the package.
import { globSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { files } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly files: readonly string[] };
const packed = [...files, "README.md", "LICENSE", "package.json"];
const pages = globSync(["*.md", "docs/*.md", "examples/**/*.md"], { cwd: root });

/** As GitHub makes them of headings. */
function anchorsOf(text: string): readonly string[] {
  const headings = text.replace(/^```.*?^```/gms, "").match(/^#+ .*$/gm) ?? [];
  return headings.map((it) =>
    it
      .replace(/^#+ /, "")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-"),
  );
}

function isPacked(path: string): boolean {
  return packed.some((it) => path === it || path.startsWith(`${it}/`) || (it === "*.md" && /^[^/]+\.md$/.test(path)));
}

const links = pages.flatMap((page) =>
  [...readFileSync(join(root, page), "utf8").matchAll(/\]\((?!https?:)([^)\s]*)\)/g)].map(([, to = ""]) => ({
    page,
    to,
  })),
);

it("finds the links", () => {
  expect(links.length).toBeGreaterThan(20);
});

it.each(links)("leads somewhere: $page → $to", ({ page, to }) => {
  const [place = "", anchor] = to.split("#");
  const path = place === "" ? page : relative(root, join(root, dirname(page), place));
  expect(statSync(join(root, path)).isFile() || statSync(join(root, path)).isDirectory()).toBe(true);
  if (isPacked(page)) expect(isPacked(path), "it is in the package too").toBe(true);
  if (anchor !== undefined) expect(anchorsOf(readFileSync(join(root, path), "utf8"))).toContain(anchor);
});
