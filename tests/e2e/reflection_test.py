"""Server reflection as grpcurl and others without the contract ask it: v1 first and v1alpha next, services,
symbols, extensions; and the contract that `chipline proto` writes."""

import pathlib
import queue
import subprocess
import tempfile
import unittest

import grpc
from google.protobuf import descriptor_pb2

from chipline_process import run
from contract import ROOT, SERVICES, reflection
from server_case import ServerCase

VERSIONS = ("v1", "v1alpha")
MOST_CALLS = 64
SECONDS = 60


class Reflection:
    """One call of reflection, for one question after the other."""

    def __init__(self, channel, version):
        self._questions = queue.Queue()
        call = channel.stream_stream(f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
                                     reflection.ServerReflectionRequest.SerializeToString,
                                     reflection.ServerReflectionResponse.FromString)
        self.stream = call(iter(self._questions.get, None), timeout=SECONDS)

    def ask(self, **question):
        self._questions.put(reflection.ServerReflectionRequest(**question))
        return next(self.stream)

    def files(self, **question):
        """By their names, in the order of the answer."""
        raw = self.ask(**question).file_descriptor_response.file_descriptor_proto
        return {file.name: file for file in map(descriptor_pb2.FileDescriptorProto.FromString, raw)}

    def close(self):
        """Says that there are no more questions; answers how the call ended."""
        self._questions.put(None)
        return self.stream.code()


def comments_of(file):
    """The comments before what is declared, by their place in the descriptor."""
    return {tuple(place.path): place.leading_comments.strip() for place in file.source_code_info.location
            if place.leading_comments}


class ReflectionTest(ServerCase):
    def each(self):
        """A call in each version, ended well."""
        for version in VERSIONS:
            with self.subTest(version):
                call = Reflection(self.client.channel, version)
                yield call
                self.assertEqual(call.close(), grpc.StatusCode.OK)

    def test_it_lists_every_service(self):
        expected = sorted([*SERVICES, "grpc.channelz.v1.Channelz", "grpc.health.v1.Health",
                           *(f"grpc.reflection.{version}.ServerReflection" for version in VERSIONS)])
        for call in self.each():
            answer = call.ask(list_services="*", host="a host")
            self.assertEqual([service.name for service in answer.list_services_response.service], expected)
            self.assertEqual((answer.valid_host, answer.original_request.list_services), ("a host", "*"))

    def test_a_symbol_comes_with_comments_json_names_and_all_that_it_needs(self):
        for call in self.each():
            for symbol in ("chipline.v1.EventLogService", "chipline.v1.EventLogService.GetHead",
                           "chipline.v1.GetEventRequest", "chipline.v1.GetEventRequest.event_id"):
                files = call.files(file_containing_symbol=symbol)
                self.assertEqual(next(iter(files)), "chipline/v1/event_log_service.proto", symbol)
                needed = {name for file in files.values() for name in file.dependency}
                self.assertEqual(needed - set(files), set())
            log = files["chipline/v1/event_log_service.proto"]
            self.assertIn("An append-only log of events with one total order.", comments_of(log)[(6, 0)])
            request = next(m for m in log.message_type if m.name == "GetEventRequest")
            self.assertIn("eventId", [field.json_name for field in request.field])

    def test_every_service_that_is_listed_is_described(self):
        for call in self.each():
            for service in call.ask(list_services="").list_services_response.service:
                files = call.files(file_containing_symbol=service.name)
                first = next(iter(files.values()))
                self.assertIn(service.name, [f"{first.package}.{each.name}" for each in first.service])

    def test_files_are_found_by_name_and_private_ones_are_not(self):
        for call in self.each():
            files = call.files(file_by_filename="google/rpc/error_details.proto")
            self.assertEqual(list(files), ["google/rpc/error_details.proto", "google/protobuf/duration.proto"])
            for private in ("command", "backup", "format", "stream", "view"):
                answer = call.ask(file_by_filename=f"chipline/storage/v1/{private}.proto")
                self.assertEqual(answer.error_response.error_code, grpc.StatusCode.NOT_FOUND.value[0])

    def test_extensions_are_answered_for_types_that_exist(self):
        for call in self.each():
            answer = call.ask(all_extension_numbers_of_type="chipline.v1.Event")
            self.assertEqual(answer.all_extension_numbers_response.base_type_name, "chipline.v1.Event")
            self.assertFalse(answer.all_extension_numbers_response.extension_number)

    def test_what_is_not_there_is_answered_in_grpcs_words(self):
        missing = {
            "Symbol not found.": dict(file_containing_symbol="chipline.v1.Event.no_such_field"),
            "File not found.": dict(file_by_filename="nobody.proto"),
            "Type not found.": dict(all_extension_numbers_of_type="chipline.v1.Nobody"),
            "Extension not found.": dict(file_containing_extension=reflection.ExtensionRequest(
                containing_type="chipline.v1.Event", extension_number=1)),
        }
        for call in self.each():
            for words, question in missing.items():
                error = call.ask(**question).error_response
                self.assertEqual((error.error_code, error.error_message),
                                 (grpc.StatusCode.NOT_FOUND.value[0], words))
            self.assertEqual(call.ask().error_response.error_code,
                             grpc.StatusCode.UNIMPLEMENTED.value[0])

    def test_a_question_that_is_none_ends_its_call_alone(self):
        path = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"
        for question in (b"\x3a\x7f", b"\x22" + b"\x80\x80\x08" + b"a" * (128 * 1024)):
            with self.assertRaises(grpc.RpcError) as refused:
                list(self.client.channel.stream_stream(path)(iter([question]), timeout=SECONDS))
            self.assertEqual(refused.exception.code(), grpc.StatusCode.INVALID_ARGUMENT)
        self.serves()

    def test_one_client_too_many_takes_the_place_of_the_one_that_was_silent_longest(self):
        calls = []
        for _ in range(MOST_CALLS):
            calls.append(Reflection(self.client.channel, "v1"))
            calls[-1].ask(list_services="")
        calls[0].ask(list_services="")
        late = Reflection(self.client.channel, "v1")
        late.ask(list_services="")
        self.assertEqual(calls[1].stream.code(), grpc.StatusCode.RESOURCE_EXHAUSTED)
        for call in (calls[0], *calls[2:], late):
            call.ask(list_services="")
            self.assertEqual(call.close(), grpc.StatusCode.OK)

    def test_a_draining_server_ends_them(self):
        # A channel of its own, since the server's own client leaves before it stops.
        with grpc.insecure_channel(self.server.address) as channel:
            call = Reflection(channel, "v1")
            call.ask(list_services="")
            self.server.restart()
            ended = (call.stream.code(), call.stream.details())
        # In the server's own words, and not by the loss of the connection.
        self.assertEqual(ended[0], grpc.StatusCode.UNAVAILABLE)
        self.assertIn("the server is shutting down", ended[1])


class ProtoTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="chipline-proto-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_the_files_are_those_of_the_contract_and_protoc_takes_them(self):
        done = run("proto", "--out", self.folder / "proto")
        self.assertEqual(done.returncode, 0, done.stderr)
        files = {path.relative_to(self.folder / "proto") for path in (self.folder / "proto").rglob("*.proto")}
        self.assertIn(pathlib.Path("chipline/v1/event_log_service.proto"), files)
        self.assertNotIn("storage", {file.parts[1] for file in files})
        for file in files:
            source = ROOT / "proto" / file
            source = source if source.exists() else ROOT / "proto" / "published" / file
            self.assertEqual((self.folder / "proto" / file).read_bytes(), source.read_bytes(), file)
        subprocess.run(["protoc", f"-I{self.folder / 'proto'}", f"--python_out={self.folder}",
                        *map(str, sorted(files))], check=True)

    def test_the_descriptor_set_has_comments(self):
        done = run("proto", "--descriptor-set", self.folder / "set", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        files = descriptor_pb2.FileDescriptorSet.FromString((self.folder / "set").read_bytes()).file
        log = next(file for file in files if file.name == "chipline/v1/event_log_service.proto")
        self.assertIn("An append-only log of events with one total order.", comments_of(log)[(6, 0)])
        self.assertFalse([file.name for file in files if "storage" in file.name])

    def test_one_of_them_must_be_asked_for(self):
        done = run("proto")
        self.assertEqual((done.returncode, "--out DIR or --descriptor-set FILE" in done.stderr), (2, True))

    def test_a_place_that_cannot_be_written_is_told(self):
        (self.folder / "file").write_text("")
        done = run("proto", "--out", self.folder / "file" / "under")
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot be made", done.stderr)


if __name__ == "__main__":
    unittest.main()
