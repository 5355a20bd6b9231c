"""The contract in proto/, compiled for Python with Debian's protoc when a test starts.

    from contract import Client, pb
    Client("127.0.0.1:7417").log.GetHead(pb.GetHeadRequest())
"""

import collections
import importlib
import pathlib
import subprocess
import sys
import tempfile
import types

import grpc

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLUGIN = "/usr/bin/grpc_python_plugin"
# Where protoc looks, and what it compiles there.
SOURCES = {
    ROOT / "proto": "chipline/v1/*.proto",
    ROOT / "proto" / "published": "google/rpc/*.proto",
    # From its own folder, for a package of the name grpc would stand before the library.
    ROOT / "proto" / "published" / "grpc" / "health" / "v1": "health.proto",
    ROOT / "proto" / "published" / "grpc" / "reflection": "*/reflection.proto",
}
# No test call takes that long; one that does has hung.
CALL_SECONDS = 60

_folder = tempfile.TemporaryDirectory(prefix="chipline-contract-")


def _compile():
    files = [str(file.relative_to(include))
             for include, pattern in SOURCES.items() for file in sorted(include.glob(pattern))]
    subprocess.run(["protoc", *(f"-I{include}" for include in SOURCES), f"--python_out={_folder.name}",
                    f"--grpc_python_out={_folder.name}", f"--plugin=protoc-gen-grpc_python={PLUGIN}",
                    *files], check=True)
    sys.path.insert(0, _folder.name)
    return [importlib.import_module(file.removesuffix(".proto").replace("/", ".") + "_pb2")
            for file in files]


def _names(modules, package):
    """All messages and enum values of a package, whatever file they are in."""
    found = types.SimpleNamespace()
    for module in modules:
        if module.DESCRIPTOR.package != package:
            continue
        for name in module.DESCRIPTOR.message_types_by_name:
            setattr(found, name, getattr(module, name))
        for name, enum in module.DESCRIPTOR.enum_types_by_name.items():
            setattr(found, name, getattr(module, name))
            for value in enum.values:
                setattr(found, value.name, value.number)
    return found


_modules = _compile()
pb = _names(_modules, "chipline.v1")
rpc = _names(_modules, "google.rpc")
health = _names(_modules, "grpc.health.v1")
reflection = _names(_modules, "grpc.reflection.v1")
# Full name of each service of ours: its descriptor.
SERVICES = {service.full_name: service
            for module in _modules for service in module.DESCRIPTOR.services_by_name.values()
            if service.full_name.startswith("chipline.")}


class _CallDetails(
        collections.namedtuple("_CallDetails", "method timeout metadata credentials wait_for_ready "
                                               "compression"),
        grpc.ClientCallDetails):
    pass


class _Deadline(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor,
                grpc.StreamUnaryClientInterceptor, grpc.StreamStreamClientInterceptor):
    """Gives every call a deadline that has none."""

    def _intercept(self, go_on, details, request):
        timeout = CALL_SECONDS if details.timeout is None else details.timeout
        return go_on(_CallDetails(details.method, timeout, details.metadata, details.credentials,
                                  details.wait_for_ready, details.compression), request)

    intercept_unary_unary = intercept_unary_stream = _intercept
    intercept_stream_unary = intercept_stream_stream = _intercept


class Client:
    """What a server serves, by grpcio with its defaults. To be closed."""

    def __init__(self, address):
        self._channel = grpc.insecure_channel(address)
        self.channel = grpc.intercept_channel(self._channel, _Deadline())
        module = importlib.import_module
        self.log = module("chipline.v1.event_log_service_pb2_grpc").EventLogServiceStub(self.channel)
        self.subscriptions = module(
            "chipline.v1.subscription_service_pb2_grpc").SubscriptionServiceStub(self.channel)
        self.timelines = module(
            "chipline.v1.timeline_service_pb2_grpc").TimelineServiceStub(self.channel)
        self.admin = module("chipline.v1.admin_service_pb2_grpc").AdminServiceStub(self.channel)
        self.health = module("health_pb2_grpc").HealthStub(self.channel)
        self.reflection = module("v1.reflection_pb2_grpc").ServerReflectionStub(self.channel)

    def raw(self, method, request):
        """Calls a unary method with bytes that no generated code would send; answers bytes."""
        return self.channel.unary_unary(method)(request)

    def raw_stream(self, method, request):
        """The same for a method that answers with a stream."""
        return self.channel.unary_stream(method)(request)

    def close(self):
        self._channel.close()
