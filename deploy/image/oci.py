"""Writes a folder as an OCI image of one layer. Run by deploy/image/build.

    oci.py ROOT OUT VERSION ARCHITECTURE

Our own, since buildah and umoci put times of the build into what they write; image-spec is a tar and three files of
JSON. The layer has its entries in the order of their names, each with the time SOURCE_DATE_EPOCH.
"""

import datetime
import gzip
import hashlib
import io
import json
import os
import pathlib
import shutil
import sys
import tarfile

import contents

PORT = 7417
HTTP_PORT = 7418


def layer_of(root):
    """The folder as a tar: the same bytes for the same files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for path in sorted(root.rglob("*"), key=lambda each: each.relative_to(root).as_posix()):
            entry = tar.gettarinfo(path, path.relative_to(root).as_posix())
            entry.mtime = int(os.environ["SOURCE_DATE_EPOCH"])
            entry.uname = entry.gname = ""
            if entry.isreg():
                with path.open("rb") as file:
                    tar.addfile(entry, file)
            else:
                tar.addfile(entry)
    return buffer.getvalue()


class Layout:
    """Files by their digest, as image-spec has them."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "blobs" / "sha256").mkdir(parents=True)

    def add(self, media_type, data):
        digest = hashlib.sha256(data).hexdigest()
        (self.folder / "blobs" / "sha256" / digest).write_bytes(data)
        return {"mediaType": f"application/vnd.oci.image.{media_type}", "digest": f"sha256:{digest}", "size": len(data)}

    def add_json(self, media_type, value):
        return self.add(media_type, json.dumps(value, sort_keys=True, separators=(",", ":")).encode())

    def write(self, name, value):
        (self.folder / name).write_text(json.dumps(value, sort_keys=True), encoding="utf-8")


def config_of(layer, version, architecture, created):
    """What a container of it is when nobody says otherwise. `serve` refuses to listen to other machines before it
    has TLS and credentials, or --insecure."""
    return {
        "architecture": architecture, "os": "linux", "created": created,
        "config": {
            "User": f"{contents.USER}:{contents.USER}",
            "Entrypoint": ["/usr/bin/chipline"], "Cmd": ["serve"],
            "Env": ["PATH=/usr/bin", "CHIPLINE_SERVE_DATA=/data", f"CHIPLINE_SERVE_LISTEN=0.0.0.0:{PORT}"],
            "ExposedPorts": {f"{PORT}/tcp": {}, f"{HTTP_PORT}/tcp": {}}, "Volumes": {"/data": {}}, "WorkingDir": "/", "StopSignal": "SIGTERM",
            "Labels": {"org.opencontainers.image.title": "chipline", "org.opencontainers.image.version": version,
                       "org.opencontainers.image.licenses": "Apache-2.0",
                       "org.opencontainers.image.description": "Event log and timeline service for AI-compute supply"},
        },
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(layer).hexdigest()]},
        "history": [{"created": created, "created_by": "deploy/image/build"}],
    }


def main(root, out, version, architecture):
    when = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)
    created = f"{when:%Y-%m-%dT%H:%M:%SZ}"
    layout = Layout(pathlib.Path(out) / "oci")
    layer = layer_of(pathlib.Path(root))
    manifest = layout.add_json("manifest.v1+json", {
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": layout.add_json("config.v1+json", config_of(layer, version, architecture, created)),
        "layers": [layout.add("layer.v1.tar+gzip", gzip.compress(layer, compresslevel=6, mtime=0))],
        "annotations": {"org.opencontainers.image.created": created, "org.opencontainers.image.version": version},
    })
    layout.write("oci-layout", {"imageLayoutVersion": "1.0.0"})
    layout.write("index.json", {
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [{**manifest, "platform": {"architecture": architecture, "os": "linux"},
                       "annotations": {"org.opencontainers.image.ref.name": version}}]})
    print(f"{out}/oci:{version} {manifest['digest']}")


if __name__ == "__main__":
    main(*sys.argv[1:])
