// The page that a report is: it stands in the document as JSON.
import { render } from "preact";
import type { Report } from "../src/report/report.ts";
import { Page } from "./components/page.tsx";

const root = document.getElementById("page");
const data = document.getElementById("report");
if (root && data) {
  const report = JSON.parse(data.textContent ?? "") as Report;
  // What stands there for readers without scripts.
  root.replaceChildren();
  render(<Page report={report} title={root.dataset["title"]} />, root);
}
