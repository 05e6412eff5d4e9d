// Paper has no scroll bars.
import { useLayoutEffect, useState } from "preact/hooks";

/** True while the browser lays the page out for paper. */
export function usePrinting(): boolean {
  const [printing, setPrinting] = useState(false);
  useLayoutEffect(() => {
    const media = matchMedia("print");
    const begin = () => setPrinting(true);
    const end = () => setPrinting(false);
    const change = () => setPrinting(media.matches);
    media.addEventListener("change", change);
    addEventListener("beforeprint", begin);
    addEventListener("afterprint", end);
    return () => {
      media.removeEventListener("change", change);
      removeEventListener("beforeprint", begin);
      removeEventListener("afterprint", end);
    };
  }, []);
  return printing;
}
