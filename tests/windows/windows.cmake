# SPDX-License-Identifier: Apache-2.0
# The tests of a build for Windows on another system: what is built, and what
# of it Wine can run. The rest is tested where it is built.

set(AR_WINE "${PROJECT_BINARY_DIR}/wine")

# NAME COMMAND...: one at a time, since they share a folder of Wine's.
function(ar_add_wine_test name)
    add_test(NAME ${name} COMMAND ${ARGN}
        WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
    set_tests_properties(${name} PROPERTIES
        SKIP_RETURN_CODE 77 RUN_SERIAL TRUE TIMEOUT 300)
endfunction()

add_executable(fake_windows probe/fake_windows.c)
ar_configure(fake_windows)

foreach(name IN LISTS AR_WINDOWS_TESTS)
    add_executable(${name} "unit/${name}.c")
    ar_configure(${name})
    target_compile_options(${name} PRIVATE
        -Wno-clobbered -Wno-null-dereference)
    target_link_libraries(${name} PRIVATE archrules_internal PkgConfig::CMOCKA)
    ar_add_wine_test(windows_${name} sh tests/windows/wine.sh "${AR_WINE}"
        "$<TARGET_FILE:${name}>")
endforeach()
add_dependencies(t_host_windows fake_windows)
ar_add_wine_test(windows_program sh tests/windows/run.sh "${AR_WINE}"
    "$<TARGET_FILE:archrules_program>")
