// The agent of a test's own process. Loaded before the application; gateways attach it when they are opened.
import { context, propagation, ROOT_CONTEXT } from "@opentelemetry/api";
import { suppressTracing } from "@opentelemetry/core";
import { offerHere } from "../src/wire/here.js";
import { assemble } from "./assemble.js";
import { helloOf } from "./hello.js";
import { HereLink } from "./link/here-link.js";
import { namePackages } from "./package-names.js";

const service = process.env["OTEL_SERVICE_NAME"]?.trim() || "unknown_service";
const { link } = assemble({ service, hold: "flow" }, (events) => new HereLink(events));
namePackages();
offerHere({
  attach: (service, open) => link.attach({ $case: "hello", value: helloOf(service, ["flow"]) }, service, open),
  runAs: (headers, action) => context.with(propagation.extract(ROOT_CONTEXT, headers), action),
  apart: (action) => context.with(suppressTracing(ROOT_CONTEXT), action),
});
