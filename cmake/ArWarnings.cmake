# SPDX-License-Identifier: Apache-2.0
# Warnings and hardening of our own targets. Warnings become errors in the
# presets only (CMAKE_COMPILE_WARNING_AS_ERROR), never for users of the
# project.

include(CheckPIESupported)
check_pie_supported(LANGUAGES C)

set(AR_WARNINGS
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wundef
    -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
    -Wpointer-arith -Wcast-qual -Wcast-align -Wwrite-strings -Wformat=2 -Wvla
    -Wswitch-enum -Wdouble-promotion -Wimplicit-fallthrough
    -Wnull-dereference)
set(AR_WARNINGS_GNU
    -Wlogical-op -Wduplicated-cond -Wduplicated-branches)
set(AR_WARNINGS_CLANG
    -Wcomma -Wextra-semi -Wconditional-uninitialized -Wunreachable-code)

function(ar_warnings target)
    if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
        target_compile_options(${target} PRIVATE
            ${AR_WARNINGS} ${AR_WARNINGS_GNU})
    elseif(CMAKE_C_COMPILER_ID MATCHES "Clang")
        target_compile_options(${target} PRIVATE
            ${AR_WARNINGS} ${AR_WARNINGS_CLANG})
    endif()
endfunction()

# Only what is optimised: sanitizers and _FORTIFY_SOURCE do not mix. No path
# of the build machine is left in what is shipped.
function(ar_harden target)
    if(NOT CMAKE_C_COMPILER_ID MATCHES "GNU|Clang")
        return()
    endif()
    set(shipped "$<CONFIG:Release,RelWithDebInfo,MinSizeRel>")
    target_compile_options(${target} PRIVATE
        "$<${shipped}:-fstack-protector-strong>"
        "$<${shipped}:-U_FORTIFY_SOURCE>"
        "$<${shipped}:-D_FORTIFY_SOURCE=2>"
        "$<${shipped}:-ffile-prefix-map=${PROJECT_BINARY_DIR}/=>"
        "$<${shipped}:-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=>")
    if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
        target_link_options(${target} PRIVATE
            "$<${shipped}:-Wl,-z,relro,-z,now,-z,noexecstack>")
    elseif(MINGW)
        # The functions of the stack protector are a library there.
        target_link_options(${target} PRIVATE
            "$<${shipped}:-fstack-protector-strong>")
    endif()
endfunction()

# What every file of ours is compiled with.
function(ar_configure target)
    ar_warnings(${target})
    ar_harden(${target})
    if(WIN32)
        # Windows 10, and a printf() that knows C17.
        target_compile_definitions(${target} PRIVATE
            UNICODE _UNICODE WIN32_LEAN_AND_MEAN NOMINMAX
            _WIN32_WINNT=0x0A00 __USE_MINGW_ANSI_STDIO=1)
    else()
        target_compile_definitions(${target} PRIVATE _POSIX_C_SOURCE=200809L)
    endif()
    if(APPLE)
        # What POSIX lacks: getgrouplist(), SO_NOSIGPIPE, st_mtimespec.
        target_compile_definitions(${target} PRIVATE _DARWIN_C_SOURCE)
    endif()
endfunction()
