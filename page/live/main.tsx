// The interactive page of a coordinator.
import { render } from "preact";
import { App } from "./components/app.tsx";
import { LiveStore } from "./store.ts";
import { takeToken } from "./token.ts";

const root = document.getElementById("page");
if (root) {
  const store = new LiveStore(takeToken());
  root.replaceChildren();
  render(<App store={store} />, root);
}
