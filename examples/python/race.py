"""Drives runs of spangate from Python: all that a test needs of RunnerService.

The stubs come from spangate's proto folder, by grpcio-tools: see docs/other-languages.md.
"""

import os
import threading
from pathlib import Path

import grpc
from spangate.v1 import model_pb2 as model
from spangate.v1 import runner_pb2 as wire
from spangate.v1.runner_pb2_grpc import RunnerServiceStub


class RunFailed(AssertionError):
    """A run did not do what its order says. `code` is a stable name; the text is the whole story."""

    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code = code


def before(actor, span, **match):
    return _checkpoint(actor, model.PHASE_BEFORE, span, **match)


def after(actor, span, **match):
    return _checkpoint(actor, model.PHASE_AFTER, span, **match)


def finished(actor):
    return wire.Checkpoint(starter=actor, phase=model.PHASE_FINISHED)


def channel_to(address):
    """By TLS where spangate's variables say so: files with an authority's certificate, the own one, and its key."""
    tls = {it: os.environ.get(f"SPANGATE_TLS_{it}") for it in ("CA", "CERT", "KEY", "SERVERNAME")}
    if not any(tls.values()) and os.environ.get("SPANGATE_TLS") != "1":
        return grpc.insecure_channel(address)
    ca, key, cert = (Path(tls[it]).read_bytes() if tls[it] else None for it in ("CA", "KEY", "CERT"))
    name = [("grpc.ssl_target_name_override", tls["SERVERNAME"])] if tls["SERVERNAME"] else []
    return grpc.secure_channel(address, grpc.ssl_channel_credentials(ca, key, cert), name)


class Coordinator:
    """A connection to `spangate serve`, which tells by variables where it is."""

    def __init__(self, address=None, token=None):
        address = address or os.environ["SPANGATE_ADDRESS"]
        self._channel = channel_to(address)
        self.stub = RunnerServiceStub(self._channel)
        self.metadata = [("authorization", f"Bearer {token or os.environ['SPANGATE_TOKEN']}")]

    def run(self, actors, order, **limits):
        """`actors`: name → function, which is called with the headers that its requests must carry."""
        return Run(self, actors, order, **limits)

    def holds(self):
        return self.call(self.stub.ListHolds, wire.ListHoldsRequest()).holds

    def call(self, method, request):
        try:
            return method(request, metadata=self.metadata)
        except grpc.RpcError as error:
            raise failure_of(error) from error

    def close(self):
        self._channel.close()


class Run:
    """One run. Leave its `with` block, and everything that it holds goes on."""

    def __init__(self, coordinator, actors, order, step_timeout_ms=0, stall_ms=0):
        self._coordinator = coordinator
        self._actors = actors
        self._threads = {}
        self._results = {}
        self._opened = threading.Event()
        self._error = None
        self.events = []
        self._request = wire.OpenRequest(
            starters=actors.keys(),
            order=[wire.Step(checkpoints=step if isinstance(step, list) else [step]) for step in order],
            step_timeout_ms=step_timeout_ms,
            stall_ms=stall_ms,
        )

    def __enter__(self):
        # The stream is the run's lease: it is kept, and read, as long as the run goes on.
        self._stream = self._coordinator.stub.Open(self._request, metadata=self._coordinator.metadata)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._opened.wait()
        if self._error:
            raise self._error
        return self

    def __exit__(self, *_):
        self._call("CloseRun", wire.CloseRunRequest(run_id=self.id))
        self._stream.cancel()
        for thread in [self._reader, *self._threads.values()]:
            thread.join(timeout=10)

    def next(self):
        """Goes on until the next step is reached. Everything stands still then. Empty after the last one."""
        return self._call("Next", wire.NextRequest(run_id=self.id)).reached

    def skip_to(self, checkpoint):
        """Goes on, without a stop, to the checkpoint of this place in the order, from 0."""
        return self._call("SkipTo", wire.SkipToRequest(run_id=self.id, checkpoint=checkpoint)).reached

    def finish(self):
        """Runs everybody to the end. What the actors' functions returned, by name; raises what one of them raised."""
        self._call("Finish", wire.FinishRequest(run_id=self.id))
        for thread in self._threads.values():
            thread.join()
        errors = [result for result in self._results.values() if isinstance(result, Exception)]
        if errors:
            raise errors[0]
        return dict(self._results)

    def _call(self, name, request):
        return self._coordinator.call(getattr(self._coordinator.stub, name), request)

    def _read(self):
        try:
            for response in self._stream:
                for event in response.events:
                    self._take(event)
        except grpc.RpcError as error:
            # Its own end, by cancel(), is none that anybody waits for.
            self._error = failure_of(error)
        self._opened.set()

    def _take(self, event):
        self.events.append(event)
        kind = event.WhichOneof("event")
        if kind == "opened":
            self.id = event.opened.run_id
            self._identities = {it.actor: it for it in event.opened.identities}
            self._opened.set()
        elif kind == "begin":
            thread = threading.Thread(target=self._perform, args=[event.begin.actor], daemon=True)
            self._threads[event.begin.actor] = thread
            thread.start()

    def _perform(self, name):
        identity = self._identities[name]
        headers = {"traceparent": identity.traceparent, "baggage": identity.baggage}
        try:
            self._results[name] = self._actors[name](headers)
            error = ""
        except Exception as raised:
            self._results[name] = raised
            error = f"{type(raised).__name__}: {raised}"
        try:
            self._call("EndStarter", wire.EndStarterRequest(run_id=self.id, actor=name, error=error))
        except RunFailed:
            pass  # A run that is closed needs no news.


def failure_of(error):
    """What spangate says of a failed call: the Failure in its trailing metadata, or else its status."""
    for key, value in error.trailing_metadata() or []:
        if key == "spangate-failure-bin":
            failure = wire.Failure.FromString(value)
            return RunFailed(failure.code, failure.message)
    return RunFailed(error.code().name, error.details())


def _checkpoint(actor, phase, span, service="", nth=0, if_reached=False, attributes=None):
    pattern = model.TextPattern(glob=span) if "*" in span else model.TextPattern(exact=span)
    conditions = [
        model.AttributePattern(key=key, text=model.TextPattern(regexp=model.TextPattern.RegularExpression(source=source)))
        for key, source in (attributes or {}).items()
    ]
    match = model.SpanMatch(name=pattern, service=service, attributes=conditions)
    return wire.Checkpoint(starter=actor, phase=phase, span=match, nth=nth, if_reached=if_reached)
