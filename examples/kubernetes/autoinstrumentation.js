// What the OpenTelemetry Operator has Node load in front of an application (NODE_OPTIONS). Without SPANGATE_ADDRESS it does
// nothing.
require("spangate/register");
