// What is wrong now, above the lanes.
import { firstLine } from "../model/rows.ts";
import type { RunView } from "../model/run.ts";
import type { Link } from "../store.ts";

export interface BannerProps {
  readonly link: Link;
  readonly notice: string | undefined;
  readonly view: RunView | undefined;
}

export function Banner({ link, notice, view }: BannerProps) {
  const failure = view?.failure;
  return (
    <>
      {link.type === "gone" && (
        <p class="banner gone" role="alert">
          <strong>The coordinator does not answer.</strong> What it held goes on by itself where it has ended. This page
          joins it again as soon as it is back.
        </p>
      )}
      {notice !== undefined && (
        <p class="banner notice" role="status">
          {notice}
        </p>
      )}
      {failure && (
        <details class="banner failure">
          <summary>
            <strong>{failure.code}</strong> <span>{firstLine(failure.message)}</span>
          </summary>
          <pre>{failure.message}</pre>
        </details>
      )}
    </>
  );
}
