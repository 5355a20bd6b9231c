// Bundles src/ and writes the files of the console as arrays of C++:
//
//     node services/console/build.mjs OUT.cc VERSION
//
// The same sources give the same bytes. Beside OUT.cc it puts the files themselves, for looking at.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const [, , out, version] = process.argv;
if (version === undefined) {
  console.error("usage: node services/console/build.mjs OUT.cc VERSION");
  process.exit(2);
}

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
};

// The packages that went into the bundle.
const packages = new Set();

async function bundle(entry) {
  const result = await build({
    entryPoints: [join(here, "src", entry)],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    charset: "utf8",
    legalComments: "none",
    define: { VERSION: JSON.stringify(version) },
    logLevel: "warning",
    metafile: true,
  });
  for (const input of Object.keys(result.metafile.inputs)) {
    const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found) packages.add(found[1]);
  }
  return Buffer.from(result.outputFiles[0].contents);
}

const files = [
  ["/", ".html", readFileSync(join(here, "src", "index.html"))],
  ["/console/app.js", ".js", await bundle("main.tsx")],
  ["/console/app.css", ".css", await bundle("style.css")],
  ["/console/icon.svg", ".svg", readFileSync(join(here, "src", "icon.svg"))],
];

const packageOf = name => JSON.parse(readFileSync(join(here, "../../node_modules", name, "package.json"), "utf8"));

// Their licences ask to be passed on with them.
function licences() {
  const texts = [...packages].sort().map(name => {
    const folder = join(here, "../../node_modules", name);
    const file = readdirSync(folder).find(each => /^licen[cs]e/i.test(each));
    if (file === undefined) throw new Error(`${name} has no file with its licence`);
    return `${name} ${packageOf(name).version}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
  });
  return Buffer.from(texts.join(`\n${"-".repeat(80)}\n\n`));
}

files.push(["/console/licenses.txt", ".txt", licences()]);

// For lists of software: deploy/image.
const list = [...packages].sort().map(name => {
  const { version: its, license } = packageOf(name);
  return { name, version: its, license };
});

// One array a file: a string literal may not be so long everywhere. Unsigned, as char is on some processors and not on
// others.
const arrays = [];
const rows = [];
files.forEach(([path, suffix, content], index) => {
  const gzip = gzipSync(content, { level: 9 });
  // Which system made it is not of the content.
  gzip[9] = 255;
  const etag = createHash("sha256").update(content).digest("hex").slice(0, 20);
  arrays.push(`constexpr unsigned char kFile${index}[] = {${gzip.join(",")}};`);
  rows.push(`    {"${path}", "${types[suffix]}", "\\"${etag}\\"", {reinterpret_cast<const char*>(kFile${index}), sizeof kFile${index}}, ${content.length}},`);
  const folder = join(dirname(out), "files");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, path === "/" ? "index.html" : basename(path)), content);
});

writeFileSync(join(dirname(out), "files", "packages.json"), JSON.stringify(list, null, 1) + "\n");
writeFileSync(out, `// Made by services/console/build.mjs.
#include "services/console/files.h"

namespace chipline::console {
namespace {

${arrays.join("\n")}
const File kFiles[] = {
${rows.join("\n")}
};

}  // namespace

std::span<const File> Files() { return kFiles; }

}  // namespace chipline::console
`);
