// RunnerService as a runner uses it, whether there is a wire between it and the coordinator or not.
import type {
  AdoptRequest,
  AdoptResponse,
  CloseRunRequest,
  CloseRunResponse,
  EndStarterRequest,
  EndStarterResponse,
  FinishRequest,
  FinishResponse,
  ListAgentsRequest,
  ListAgentsResponse,
  NextRequest,
  NextResponse,
  OpenRequest,
  RunEvent,
  SkipToRequest,
  SkipToResponse,
} from "../gen/spangate/v1/runner.js";
import type { StatusReply } from "./failure.js";

/** What becomes of a run that was opened. */
export interface RunListener {
  onEvents(events: readonly RunEvent[]): void;
  /** It is over, by a failure. */
  onError(error: StatusReply): void;
  /** It is over. */
  onEnd(): void;
}

/** What it throws, and what its promises reject with, is a {@link StatusReply}. */
export interface RunnerPort {
  /** The listener is not called before this returns. @returns what ends the run's lease */
  open(request: OpenRequest, listener: RunListener): () => void;
  next(request: NextRequest): Promise<NextResponse>;
  skipTo(request: SkipToRequest): Promise<SkipToResponse>;
  finish(request: FinishRequest): Promise<FinishResponse>;
  endStarter(request: EndStarterRequest): Promise<EndStarterResponse>;
  adopt(request: AdoptRequest): Promise<AdoptResponse>;
  closeRun(request: CloseRunRequest): Promise<CloseRunResponse>;
  listAgents(request: ListAgentsRequest): Promise<ListAgentsResponse>;
}
