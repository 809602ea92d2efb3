# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts where, and the archives of cpack.

include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/archrules")
set(made "${PROJECT_BINARY_DIR}/install")

install(TARGETS archrules EXPORT archrulesTargets)
install(TARGETS archrules_program)
install(FILES "${PROJECT_SOURCE_DIR}/engine/include/archrules.h"
    DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(EXPORT archrulesTargets
    NAMESPACE archrules:: DESTINATION "${package_dir}")
configure_package_config_file(
    "${PROJECT_SOURCE_DIR}/cmake/archrulesConfig.cmake.in"
    "${made}/archrulesConfig.cmake" INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${made}/archrulesConfigVersion.cmake"
    COMPATIBILITY SameMinorVersion)
install(FILES "${made}/archrulesConfig.cmake"
    "${made}/archrulesConfigVersion.cmake" DESTINATION "${package_dir}")

# Where only a static library is installed every user must link PCRE2
# and libsodium, with or without pkg-config's --static.
set(AR_PC_REQUIRES "Requires")
set(AR_PC_CFLAGS "")
if(BUILD_SHARED_LIBS)
    set(AR_PC_REQUIRES "Requires.private")
    set(AR_PC_CFLAGS " -DARCHRULES_SHARED")
endif()
file(RELATIVE_PATH AR_PREFIX_FROM_PC
    "/p/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/p")
string(REGEX REPLACE "/$" "" AR_PREFIX_FROM_PC "${AR_PREFIX_FROM_PC}")
configure_file("${PROJECT_SOURCE_DIR}/cmake/archrules.pc.in"
    "${made}/archrules.pc" @ONLY)
install(FILES "${made}/archrules.pc"
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")

# Copies of what is compiled in, to read and to change.
install(DIRECTORY "${PROJECT_SOURCE_DIR}/stdlib" "${PROJECT_SOURCE_DIR}/rules"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/archrules"
    FILES_MATCHING PATTERN "*.rules" PATTERN "*.csv" PATTERN "*.md")
# Snapshots: the tests of the shipped packs are given some of them.
install(DIRECTORY "${PROJECT_SOURCE_DIR}/examples"
    DESTINATION "${CMAKE_INSTALL_DATADIR}/archrules"
    USE_SOURCE_PERMISSIONS
    FILES_MATCHING PATTERN "*.json" PATTERN "*.md" PATTERN "*.rules"
        PATTERN "*.py" PATTERN "*.sh")

# Man pages and completions are printed by the program. Where it cannot run
# on the machine that builds, they are left out.
if(CMAKE_CROSSCOMPILING AND NOT CMAKE_CROSSCOMPILING_EMULATOR)
    message(STATUS "No man pages and completions: the program cannot run here")
else()
    # The commands are the rows of one table.
    set(table "${PROJECT_SOURCE_DIR}/engine/cli/commands.def")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${table}")
    set(row "^AR_COMMAND\\([A-Z_]+, \"([a-z-]+)\"")
    file(STRINGS "${table}" commands REGEX "${row}")
    list(TRANSFORM commands REPLACE "${row}.*" "\\1")
    set(AR_PRINTED "")

    # FILE ARGUMENTS...: what `archrules ARGUMENTS` prints.
    function(ar_print file)
        add_custom_command(
            OUTPUT "${made}/${file}"
            COMMAND "${CMAKE_COMMAND}" -D "OUT=${made}/${file}"
                -P "${PROJECT_SOURCE_DIR}/cmake/ArCapture.cmake" --
                ${CMAKE_CROSSCOMPILING_EMULATOR}
                "$<TARGET_FILE:archrules_program>" ${ARGN}
            DEPENDS archrules_program
                "${PROJECT_SOURCE_DIR}/cmake/ArCapture.cmake"
            COMMENT "Printing ${file}"
            VERBATIM)
        set(AR_PRINTED ${AR_PRINTED} "${made}/${file}" PARENT_SCOPE)
    endfunction()

    ar_print(archrules.1 completion man)
    foreach(command IN LISTS commands)
        ar_print(archrules-${command}.1 completion man ${command})
    endforeach()
    install(FILES ${AR_PRINTED} DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")

    ar_print(completion.bash completion bash)
    ar_print(_archrules completion zsh)
    ar_print(archrules.fish completion fish)
    install(FILES "${made}/completion.bash" RENAME archrules
        DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions")
    install(FILES "${made}/_archrules"
        DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/site-functions")
    install(FILES "${made}/archrules.fish"
        DESTINATION "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d")
    add_custom_target(archrules_printed ALL DEPENDS ${AR_PRINTED})
endif()

install(FILES "${PROJECT_SOURCE_DIR}/LICENSE"
    DESTINATION "${CMAKE_INSTALL_DOCDIR}")

if(PROJECT_IS_TOP_LEVEL)
    set(CPACK_GENERATOR TGZ)
    set(CPACK_STRIP_FILES ON)
    set(CPACK_PACKAGE_FILE_NAME
        "archrules-${PROJECT_VERSION}-${CMAKE_SYSTEM_NAME}-${CMAKE_SYSTEM_PROCESSOR}")
    include(CPack)
endif()
