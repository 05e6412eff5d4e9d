// Numbers as they are written, with all their digits. JavaScript keeps some 16 of them, columns and JSON as many as they
// like.

/**
 * The number that a text writes, in one way for all that write the same: 90, 90.00 and 9e1. A long text takes time in
 * proportion to its length.
 * @returns `undefined` where it is no decimal number
 */
export function decimalOf(text: string): string | undefined {
  const match = /^([-+]?)(\d*)(?:\.(\d*))?(?:e([-+]?\d+))?$/i.exec(text);
  const [, sign, whole = "", part = "", exponent = "0"] = match ?? [];
  const all = whole + part;
  if (all === "") return undefined;
  const from = all.search(/[1-9]/);
  if (from < 0) return "0";
  let to = all.length;
  while (all[to - 1] === "0") to -= 1;
  return `${sign === "-" ? "-" : ""}0.${all.slice(from, to)}e${whole.length - from + Number(exponent)}`;
}

/** Whether JavaScript keeps all digits of a number: not of whole ones beyond 2⁵³, nor of 12345678901234567.89. */
export function isKept(source: string, value: number): boolean {
  if (/^[-+]?(\d+|0x[\da-f]+|0o[0-7]+)$/i.test(source)) return Number.isSafeInteger(value);
  return decimalOf(source) === decimalOf(String(value));
}
