# Writes OUT, a C++ file that holds each of FILES, of which NAMES has the names, as bytes of the program.
cmake_policy(VERSION 3.25)
set(arrays "")
set(table "")
foreach(file name IN ZIP_LISTS FILES NAMES)
  file(READ ${file} bytes HEX)
  string(LENGTH "${bytes}" digits)
  math(EXPR size "${digits} / 2")
  string(LENGTH "${table}" number)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
  # A compiler takes long over a line of a million characters.
  string(REGEX REPLACE "(................................................................................)" "\\1\n"
                       bytes "${bytes}")
  string(APPEND arrays "constexpr unsigned char kBytes${number}[] = {\n${bytes}};\n")
  string(APPEND table "    {\"${name}\", {reinterpret_cast<const char*>(kBytes${number}), ${size}}},\n")
endforeach()
file(WRITE ${OUT} "#include \"services/contract/embedded.h\"

namespace chipline::contract {
namespace {

${arrays}
const EmbeddedFile kFiles[] = {
${table}};

}  // namespace

std::span<const EmbeddedFile> EmbeddedFiles() { return kFiles; }

}  // namespace chipline::contract
")
