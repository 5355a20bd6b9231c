"""The files of Google's and gRPC's in proto/published are those that they publish, but for the comments, so
that both may live in one program: a pool of descriptors takes a file twice only if both are the same."""

import hashlib
import pathlib
import subprocess
import tempfile
import unittest

from google.protobuf import descriptor_pb2

PUBLISHED = pathlib.Path(__file__).resolve().parents[2] / "proto" / "published"
# SHA-256 of what digest() makes of the originals: googleapis of 2025, and grpc-proto of the same year (health as
# it was before List).
DIGESTS = {
    "google/rpc/error_details.proto": "63c32994368c6849088d6cb9fdfa84baaa28d6e417be7089f73061d5cde093c1",
    "google/rpc/status.proto": "e23ad29b4774092ded996ad71f3bb437e1fb24aa911ba55444eef6648fbe3d61",
    "grpc/health/v1/health.proto": "1fdd87753efc44844df190a050f4097ef8ec2ce7a2a24da8a9749987f2e7c92f",
    "grpc/reflection/v1/reflection.proto": "8725b08d72aee3e03f39406640f0cf8303b3e1a24a2919d9006c91ac65426400",
    "grpc/reflection/v1alpha/reflection.proto": "56d901bf70c762497f2280e7f923b026c60dbd2cc5891262c9aa935a82dcbe81",
}


def digest(name):
    """Of all that a file declares, in order, without comments and without JSON names, which protoc makes up."""
    with tempfile.NamedTemporaryFile() as out:
        subprocess.run(["protoc", f"-I{PUBLISHED}", f"--descriptor_set_out={out.name}", name], check=True)
        file = descriptor_pb2.FileDescriptorSet.FromString(pathlib.Path(out.name).read_bytes()).file[0]
    messages = list(file.message_type)
    for message in messages:
        messages.extend(message.nested_type)
        for field in message.field:
            field.ClearField("json_name")
    return hashlib.sha256(file.SerializeToString(deterministic=True)).hexdigest()


class PublishedTest(unittest.TestCase):
    def test_each_file_is_the_one_that_is_published(self):
        for name, expected in DIGESTS.items():
            with self.subTest(name):
                self.assertEqual(digest(name), expected)

    def test_no_file_is_without_a_digest(self):
        names = {file.relative_to(PUBLISHED).as_posix() for file in PUBLISHED.rglob("*.proto")}
        self.assertEqual(names, set(DIGESTS))


if __name__ == "__main__":
    unittest.main()
