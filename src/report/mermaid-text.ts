// Names as Mermaid takes them. Everything that its grammar, its directives, Markdown or HTML could take for their own
// becomes an entity: whatever an application calls its spans, the diagram shows that and does nothing else.

// Among them what stands for an entity in Mermaid's own passes.
const unsafe = /[^\w .,:~()/*+=?!'|[\]\u0080-\u{10ffff}-]|[ﬂ°¶ß]/gu;
// Where a colon would mean something, such as "style x: #fff;", whose semicolon Mermaid takes away.
const meaningful = /style|classDef|^(no)?wrap/i;
const invisible = /[\p{C}\p{Z}\s]+/gu;

/**
 * One line, never empty.
 * @param limit the longest that is shown, in characters
 */
export function mermaidText(text: string, limit: number): string {
  const line = text.replace(invisible, " ").trim();
  const characters = [...line];
  const shown = characters.length > limit ? `${characters.slice(0, limit - 1).join("")}…` : line;
  const escaped = shown.replace(unsafe, (character) => `#${character.codePointAt(0)};`) || "–";
  return meaningful.test(shown) ? escaped.replaceAll(":", "#58;") : escaped;
}
