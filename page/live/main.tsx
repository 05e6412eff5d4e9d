// The interactive page of a coordinator.
import { render } from "preact";
import { App } from "./components/app.tsx";
import { LiveStore } from "./store.ts";
import { takeToken } from "./token.ts";

const root = document.getElementById("page");
if (root) {
  const store = new LiveStore(takeToken());
  // An address with a token that is pasted over this one loads nothing anew.
  addEventListener("hashchange", () => {
    const token = location.hash === "" ? undefined : takeToken();
    if (token !== undefined) store.signIn(token);
  });
  root.replaceChildren();
  render(<App store={store} />, root);
}
