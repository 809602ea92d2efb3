# SPDX-License-Identifier: Apache-2.0
# Compiles stdlib and the shipped packs into the library: builtin.c, the table
# of engine/pack/builtin.h. Run with -P it writes that file, so that nothing
# has to be built for the host first; included, it adds the command.
#
#   cmake -D ROOT=FOLDER -D LIST=FILE -D OUT=FILE -P ArEmbed.cmake
#
# ar_embed_text() does the same with single files: each becomes an ar_str.
#
#   cmake -D NAME=IDENTIFIER -D IN=FILE -D OUT=FILE -P ArEmbed.cmake

if(NOT CMAKE_SCRIPT_MODE_FILE)
    set(AR_EMBED_SCRIPT "${CMAKE_CURRENT_LIST_FILE}")

    function(ar_embed target)
        file(GLOB_RECURSE paths CONFIGURE_DEPENDS
            RELATIVE "${PROJECT_SOURCE_DIR}"
            "${PROJECT_SOURCE_DIR}/examples/*.json" # given by packs' tests
            "${PROJECT_SOURCE_DIR}/stdlib/*.rules"
            "${PROJECT_SOURCE_DIR}/stdlib/*.csv"
            "${PROJECT_SOURCE_DIR}/rules/*.rules"
            "${PROJECT_SOURCE_DIR}/rules/*.csv")
        list(SORT paths COMPARE STRING)
        list(TRANSFORM paths PREPEND "${PROJECT_SOURCE_DIR}/"
            OUTPUT_VARIABLE files)
        list(JOIN paths "\n" lines)
        set(list "${AR_GENERATED}/builtin.txt")
        # Unlike WRITE it leaves an equal file alone.
        file(CONFIGURE OUTPUT "${list}" CONTENT "${lines}\n" @ONLY)
        add_custom_command(
            OUTPUT "${AR_GENERATED}/builtin.c"
            COMMAND "${CMAKE_COMMAND}" -D "ROOT=${PROJECT_SOURCE_DIR}"
                -D "LIST=${list}" -D "OUT=${AR_GENERATED}/builtin.c"
                -P "${AR_EMBED_SCRIPT}"
            DEPENDS ${files} "${list}" "${AR_EMBED_SCRIPT}"
            COMMENT "Embedding stdlib and rules"
            VERBATIM)
        target_sources(${target} PRIVATE "${AR_GENERATED}/builtin.c")
    endfunction()

    # Makes `const ar_str NAME` of FILE, which is seen from the caller's folder.
    function(ar_embed_text target name file)
        set(in "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
        set(out "${AR_GENERATED}/${name}.c")
        add_custom_command(
            OUTPUT "${out}"
            COMMAND "${CMAKE_COMMAND}" -D "NAME=${name}" -D "IN=${in}"
                -D "OUT=${out}" -P "${AR_EMBED_SCRIPT}"
            DEPENDS "${in}" "${AR_EMBED_SCRIPT}"
            COMMENT "Embedding ${file}"
            VERBATIM)
        target_sources(${target} PRIVATE "${out}")
    endfunction()
    return()
endif()

cmake_minimum_required(VERSION 3.25)

# Character constants in a list: a string literal over 4095 bytes is not
# portable, and a number over 127 is no char.
function(write_array name path)
    file(READ "${path}" digits HEX)
    string(LENGTH "${digits}" length)
    math(EXPR length "${length} / 2")
    string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${digits}")
    string(REPEAT "." 70 ten_bytes)
    string(REGEX REPLACE "(${ten_bytes})" "\\1\n" bytes "${bytes}")
    file(APPEND "${OUT}.new"
        "static const char ${name}[] = {\n${bytes}'\\0'};\n")
    set(length "${length}" PARENT_SCOPE)
endfunction()

if(NAME)
    file(WRITE "${OUT}.new"
        "/* Made by cmake/ArEmbed.cmake. */\n#include \"base/str.h\"\n\n")
    write_array(bytes "${IN}")
    file(APPEND "${OUT}.new"
        "extern const ar_str ${NAME};\n"
        "const ar_str ${NAME} = {bytes, ${length}};\n")
    file(RENAME "${OUT}.new" "${OUT}")
    return()
endif()

function(write_file number path)
    write_array(text_${number} "${ROOT}/${path}")
    set(row "    {\"${path}\", text_${number}, ${length}},\n")
    set(rows "${rows}${row}" PARENT_SCOPE)
endfunction()

file(STRINGS "${LIST}" paths)
file(WRITE "${OUT}.new"
    "/* Made by cmake/ArEmbed.cmake. */\n#include \"pack/builtin.h\"\n\n")
set(rows "")
set(count 0)
foreach(path IN LISTS paths)
    write_file(${count} "${path}")
    math(EXPR count "${count} + 1")
endforeach()
file(APPEND "${OUT}.new"
    "\nconst struct ar_builtin_file ar_builtin_files[] = {\n${rows}"
    "    {NULL, NULL, 0},\n};\n"
    "const size_t ar_n_builtin_files = ${count};\n")
file(RENAME "${OUT}.new" "${OUT}")
