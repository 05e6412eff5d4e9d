import { SpangateError } from "../../core/errors.js";
import { type CoordinatorOptions, coordinatorOf } from "../coordinator.js";
import { lookAt } from "../look.js";
import type { Finding, Patient } from "./finding.js";

/** Whether the coordinator answers and takes the token, and who is attached. */
export async function checkReach(options: CoordinatorOptions, { around }: Patient): Promise<readonly Finding[]> {
  const check = "coordinator";
  if (options.address === undefined && !around.env["SPANGATE_ADDRESS"]) {
    const text = "none is named, which is fine: openGateway() has its own.";
    return [{ check, level: "fine", text }];
  }
  try {
    const { address } = await coordinatorOf(options, around);
    const agents = await lookAt(options, around, (operator) => operator.agents());
    const who = agents.map(({ service, pid, ports, versions }): Finding => {
      const places = ports.length > 0 ? `, listening on ${ports.join(", ")}` : "";
      return {
        check: "agent",
        level: "fine",
        text: `${service}, pid ${pid}, Node ${versions["node"] ?? "?"}${places}`,
      };
    });
    const answers: Finding = { check, level: "fine", text: `${address} answers and takes the token.` };
    if (who.length > 0) return [answers, ...who];
    const remedy = "spangate exec --service NAME -- COMMAND starts a process with one.";
    return [answers, { check: "agent", level: "note", text: "No agent is attached.", remedy }];
  } catch (error) {
    if (!(error instanceof SpangateError)) throw error;
    return [{ check, level: "problem", text: error.message, remedy: remedyOf(error) }];
  }
}

function remedyOf({ code, message }: SpangateError): string {
  if (code === "Refused" && message.startsWith("No TLS"))
    return "Give what it takes: --tls-ca, and --tls-cert with --tls-key where it asks for a certificate.";
  if (code === "Refused" && message.includes("--tls-ca")) return "Give --tls-ca FILE, or set SPANGATE_TLS_CA.";
  return remedies[code] ?? "See the message.";
}

const remedies: Partial<Record<SpangateError["code"], string>> = {
  CoordinatorUnreachable: "Start one with spangate serve, or unset SPANGATE_ADDRESS.",
  CoordinatorGone: "Start it anew.",
  Refused: "export SPANGATE_TOKEN from the file that spangate serve names.",
  BadOption: "Export both variables that spangate serve tells.",
};
