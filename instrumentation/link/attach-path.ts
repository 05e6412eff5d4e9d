/** The method of an agent's streams. */
export const attachPath = "/spangate.v1.AgentService/Attach";
