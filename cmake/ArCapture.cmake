# SPDX-License-Identifier: Apache-2.0
# Writes what a program prints to a file, without a shell.
#
#   cmake -D OUT=FILE -P ArCapture.cmake -- PROGRAM ARGUMENTS...

cmake_minimum_required(VERSION 3.25)

set(command "")
set(after_dashes FALSE)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(i RANGE ${last})
    if(after_dashes)
        list(APPEND command "${CMAKE_ARGV${i}}")
    elseif(CMAKE_ARGV${i} STREQUAL "--")
        set(after_dashes TRUE)
    endif()
endforeach()

execute_process(COMMAND ${command}
    OUTPUT_VARIABLE text RESULT_VARIABLE status)
if(NOT status EQUAL 0 OR text STREQUAL "")
    list(JOIN command " " words)
    message(FATAL_ERROR "no text from: ${words} (exit ${status})")
endif()
file(WRITE "${OUT}" "${text}")
