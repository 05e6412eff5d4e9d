// A line of code that can be taken along.
import { useState } from "preact/hooks";

export function Copy({ text }: { readonly text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      // Not allowed here: the text can be selected by hand.
    }
  };
  return (
    <div class="copy">
      <code>
        <bdi>{text}</bdi>
      </code>
      <button type="button" onClick={copy} onBlur={() => setCopied(false)}>
        <span aria-live="polite">{copied ? "Copied" : "Copy"}</span>
      </button>
    </div>
  );
}
