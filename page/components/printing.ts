// Paper has no scroll bars.
import { useLayoutEffect, useState } from "preact/hooks";

/** True while the browser lays the page out for paper. */
export function usePrinting(): boolean {
  const [printing, setPrinting] = useState(false);
  useLayoutEffect(() => {
    const media = matchMedia("print");
    const change = () => setPrinting(media.matches);
    media.addEventListener("change", change);
    return () => media.removeEventListener("change", change);
  }, []);
  return printing;
}
