// Whatever an application calls its spans, a terminal shows that and does nothing else.

/** What sets colours and titles (ECMA-48: CSI and OSC): errors of assertions have colours, which are left out. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const sequences = /[\u001b\u009b]\[?[\d;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;
/** What would move a cursor, or turn the direction of what follows. */
const commanding = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

const colourOrCommanding = new RegExp(`\u001b\\[[\\d;]*m|${commanding.source}`, "gu");

/** A text as one line that commands nothing: other control characters are told by their numbers. */
export function printable(text: string): string {
  return escaped(text.replace(sequences, ""));
}

/** A line of code with what commands a terminal as escapes, which mean the same in its texts. */
export function escaped(code: string): string {
  return code.replace(commanding, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A text whose lines, tabs and colours stay. */
export function colouredOnly(text: string): string {
  return text.replace(colourOrCommanding, (found) =>
    found.length > 1 || /[\n\t]/.test(found) ? found : escaped(found),
  );
}

/** The same of a text of several lines. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}
