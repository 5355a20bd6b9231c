# Writes OUT, a header that names the commit of the tree SOURCE. COMMIT, if given, is taken at its word: for a
# tree without git. Run at every build; the header is only touched when the commit is another one.
cmake_policy(VERSION 3.25)
if(COMMIT)
  set(commit ${COMMIT})
else()
  execute_process(COMMAND git -C ${SOURCE} describe --always --dirty --abbrev=12 --exclude=*
                  OUTPUT_VARIABLE commit ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
endif()
if(NOT commit)
  set(commit unknown)
endif()
file(CONFIGURE OUTPUT ${OUT} CONTENT "#define CHIPLINE_COMMIT \"@commit@\"\n" @ONLY)
