/** The metadata by which a call says that its connection pings: it may be ended when nothing more is heard of it. */
export const pingHeader = "spangate-pings";
