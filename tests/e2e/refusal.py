"""An error as Chipline answers it, taken apart."""

import grpc

from contract import rpc

DETAILS_KEY = "grpc-status-details-bin"


class Refusal:
    """The code, and the details that google.rpc.Status carries."""

    def __init__(self, status):
        self.code = next(code for code in grpc.StatusCode if code.value[0] == status.code)
        self.message = status.message
        self.info = None
        self.bad_request = rpc.BadRequest()
        self.precondition_failure = rpc.PreconditionFailure()
        self.retry = None
        for detail in status.details:
            for name, kind in (("info", rpc.ErrorInfo), ("bad_request", rpc.BadRequest),
                               ("precondition_failure", rpc.PreconditionFailure),
                               ("retry", rpc.RetryInfo)):
                if detail.Is(kind.DESCRIPTOR):
                    message = kind()
                    detail.Unpack(message)
                    setattr(self, name, message)

    @classmethod
    def of_error(cls, error):
        """What ended an RPC. Fails if the two ways in which it says why differ."""
        raw = dict(error.trailing_metadata() or ()).get(DETAILS_KEY)
        if raw is None:
            return cls(rpc.Status(code=error.code().value[0], message=error.details()))
        status = rpc.Status.FromString(raw)
        if status.code != error.code().value[0] or status.message != error.details():
            raise AssertionError(f"{DETAILS_KEY} says {status}, but the RPC ended with {error}")
        return cls(status)

    @property
    def reason(self):
        return self.info.reason if self.info else ""

    @property
    def fields(self):
        return [violation.field for violation in self.bad_request.field_violations]

    def __str__(self):
        wrong = "; ".join(f"{v.field}: {v.description}" for v in self.bad_request.field_violations)
        return f"{self.code.name} {self.reason} {self.message!r} [{wrong}]"
