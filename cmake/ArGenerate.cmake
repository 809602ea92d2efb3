# SPDX-License-Identifier: Apache-2.0
# The lexer from grammar/lexer.re and the parser from grammar/rules.y, in the
# build folder only. A missing or old tool is an error: there is no stale C to
# fall back to.

set(AR_GENERATED "${PROJECT_BINARY_DIR}/generated")
set(AR_GRAMMAR "${PROJECT_SOURCE_DIR}/grammar")

find_program(RE2C_EXECUTABLE re2c)
if(NOT RE2C_EXECUTABLE)
    message(FATAL_ERROR "re2c 3.0 or newer is needed (package re2c)")
endif()
execute_process(COMMAND "${RE2C_EXECUTABLE}" --vernum
    OUTPUT_VARIABLE AR_RE2C_NUMBER OUTPUT_STRIP_TRAILING_WHITESPACE
    ERROR_QUIET)
if(NOT AR_RE2C_NUMBER MATCHES "^0?[0-9][0-9][0-9][0-9][0-9]$"
    OR AR_RE2C_NUMBER LESS 30000)
    message(FATAL_ERROR
        "${RE2C_EXECUTABLE} says version '${AR_RE2C_NUMBER}'; re2c 3.0 "
        "(030000) or newer is needed")
endif()

find_program(LEMON_EXECUTABLE lemon)
if(NOT LEMON_EXECUTABLE)
    message(FATAL_ERROR "lemon is needed (package lemon)")
endif()

# Lemon has said "version 1.0" for twenty years, so it is asked to make a
# parser with what we use: quiet, into another folder, %extra_context and a
# fixed stack.
function(ar_check_lemon)
    set(folder "${PROJECT_BINARY_DIR}/CMakeFiles/check_lemon")
    file(REMOVE_RECURSE "${folder}")
    file(WRITE "${folder}/try.y"
        "%name ArTry\n%token_prefix AR_TRY_\n%extra_context {int *seen}\n"
        "%stack_size 8\nstart ::= list.\nlist ::= list WORD.\nlist ::= .\n")
    file(MAKE_DIRECTORY "${folder}/out")
    execute_process(
        COMMAND "${LEMON_EXECUTABLE}" -q "-d${folder}/out" "${folder}/try.y"
        RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
    set(made "")
    if(EXISTS "${folder}/out/try.c")
        file(READ "${folder}/out/try.c" made)
    endif()
    if(NOT status EQUAL 0 OR NOT EXISTS "${folder}/out/try.h"
        OR NOT made MATCHES "ArTryCTX_STORE")
        message(FATAL_ERROR
            "${LEMON_EXECUTABLE} cannot make our parser; Lemon of SQLite 3.40 "
            "or newer is needed: ${said}")
    endif()
endfunction()
ar_check_lemon()

# Adds the generated files to TARGET, which must be the only one that
# compiles them: a command listed by two targets may run twice at once.
function(ar_generate target)
    file(MAKE_DIRECTORY "${AR_GENERATED}")
    # clang-tidy looks for its settings upwards from a file. One check for C++
    # stands for none, which it refuses.
    file(CONFIGURE OUTPUT "${AR_GENERATED}/.clang-tidy"
        CONTENT "Checks: '-*,misc-new-delete-overloads'\n")
    # Release builds name no file of the build machine.
    if(CMAKE_BUILD_TYPE STREQUAL "Release")
        set(no_lines_re2c -i)
        set(no_lines_lemon -l)
    endif()
    add_custom_command(
        OUTPUT "${AR_GENERATED}/rules.c" "${AR_GENERATED}/rules.h"
        COMMAND "${LEMON_EXECUTABLE}" -q ${no_lines_lemon}
            "-d${AR_GENERATED}" "${AR_GRAMMAR}/rules.y"
        DEPENDS "${AR_GRAMMAR}/rules.y"
        COMMENT "Lemon: rules.y"
        VERBATIM)
    # No --depfile: it has no way to write a path with blanks, and lexer.re
    # includes no other .re file.
    add_custom_command(
        OUTPUT "${AR_GENERATED}/lexer.c"
        COMMAND "${RE2C_EXECUTABLE}" -c --tags -W -Werror ${no_lines_re2c}
            --no-generation-date -o "${AR_GENERATED}/lexer.c"
            "${AR_GRAMMAR}/lexer.re"
        DEPENDS "${AR_GRAMMAR}/lexer.re"
        COMMENT "re2c: lexer.re"
        VERBATIM)
    set_source_files_properties("${AR_GENERATED}/lexer.c" PROPERTIES
        COMPILE_OPTIONS "-Wno-sign-conversion")
    set_source_files_properties("${AR_GENERATED}/rules.c" PROPERTIES
        COMPILE_OPTIONS "-Wno-missing-prototypes;-Wno-sign-conversion;\
-Wno-unused-parameter;-Wno-unused-variable;-Wno-unreachable-code;\
-Wno-implicit-fallthrough")
    target_sources(${target} PRIVATE
        "${AR_GENERATED}/rules.c" "${AR_GENERATED}/rules.h"
        "${AR_GENERATED}/lexer.c")
    target_include_directories(${target} PRIVATE
        "${AR_GENERATED}" "${AR_GRAMMAR}")
endfunction()
