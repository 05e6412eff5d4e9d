/** The version of the protocol between an agent and the coordinator; one side refuses another than its own. */
export const protocolVersion = 1;
