# SPDX-License-Identifier: GPL-3.0-only
# Compiler settings and the one function that makes a library of ours.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

find_program(SIGNALBOX_CCACHE ccache)
if(SIGNALBOX_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${SIGNALBOX_CCACHE})
endif()

find_package(Threads REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)

add_compile_options(-Wall -Wextra -Werror)
set(SIGNALBOX_SANITIZE "" CACHE STRING "address;undefined or thread")
# Line tables are enough for daily work; full debug information triples link time. A build from nothing goes without:
# they are a tenth of its time, and what somebody looks into is configured for that.
set(debugging -g1)
if(SIGNALBOX_BULK AND NOT SIGNALBOX_SANITIZE)
    set(debugging -g0)
endif()
string(REPLACE "-g" ${debugging} CMAKE_CXX_FLAGS_RELWITHDEBINFO "${CMAKE_CXX_FLAGS_RELWITHDEBINFO}")
# What neither program calls is left out of it, function by function: several sources share an object then.
if(SIGNALBOX_BULK)
    string(APPEND CMAKE_CXX_FLAGS_RELWITHDEBINFO " -ffunction-sections -fdata-sections")
    string(APPEND CMAKE_EXE_LINKER_FLAGS_RELWITHDEBINFO " -Wl,--gc-sections")
endif()

if(SIGNALBOX_SANITIZE)
    string(REPLACE ";" "," sanitizers "${SIGNALBOX_SANITIZE}")
    add_compile_options(-fsanitize=${sanitizers} -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${sanitizers})
endif()

if(SIGNALBOX_CONSOLE)
    find_package(Qt6 6.4 REQUIRED COMPONENTS Core Gui Qml Quick QuickControls2 Network DBus WebSockets
        NetworkAuth Concurrent Svg LinguistTools)
    find_package(Qt6Keychain REQUIRED)
    if(SIGNALBOX_TESTS OR SIGNALBOX_BENCH)
        find_package(Qt6 6.4 REQUIRED COMPONENTS Test QuickTest)
    endif()
    if(COMMAND qt_standard_project_setup)
        qt_standard_project_setup()
    endif()
    if(QT_KNOWN_POLICY_QTP0001)
        qt_policy(SET QTP0001 NEW)
    endif()
    if(QT_KNOWN_POLICY_QTP0004)
        qt_policy(SET QTP0004 NEW)
    endif()
    set(QT_QML_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/qml_modules)
    set(CMAKE_AUTOMOC OFF)
    set(CMAKE_AUTOUIC OFF)
endif()

# Half of a small source's compile time goes into the same few headers. Precompiling them pays only when many
# sources are compiled, so it is for builds from nothing (see SIGNALBOX_BULK); sources must compile without.
set(signalbox_std_headers <algorithm> <chrono> <functional> <map> <memory> <mutex> <optional> <set> <string>
    <unordered_map> <vector>)
set(signalbox_qt_headers ${signalbox_std_headers} <QAbstractListModel> <QAbstractTableModel> <QDateTime> <QFuture>
    <QHash> <QPointer> <QTimer> <QUrl> <QtQml/qqmlregistration.h> <QQmlEngine>)

# Several sources per step in a build from nothing; gcc then cannot tell whose unnamed namespace a type is from. Two
# sources that give one name to different things cannot share a step: such a source gets SKIP_UNITY_BUILD_INCLUSION.
# What templates make for one source of a step the others find made: a step for all costs a fifth less than two. An
# argument divides what would take two gigabytes to compile.
function(signalbox_several_per_step name)
    set(most 42)
    if(ARGC GREATER 1)
        set(most ${ARGV1})
    endif()
    if(SIGNALBOX_LINT) # the analyser reads less at once
        set(most 24)
    endif()
    if(SIGNALBOX_BULK)
        set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${most})
        target_compile_options(${name} PRIVATE -Wno-subobject-linkage)
    endif()
endfunction()

function(signalbox_precompile name)
    if(SIGNALBOX_BULK)
        target_precompile_headers(${name} PRIVATE ${ARGN})
        # gcc 12 forgets that a precompiled header was a system one and warns of its own string_view::find.
        target_compile_options(${name} PRIVATE -Wno-stringop-overread)
        if(SIGNALBOX_CCACHE)
            target_compile_options(${name} PRIVATE -fpch-preprocess) # ccache asks for it
        endif()
    endif()
endfunction()

# Each takes six seconds to make, so libraries share them. The owner may not define more macros than its users.
function(signalbox_shared_precompiled name)
    cmake_parse_arguments(arg "QT;LESS" "" "HEADERS;LINK" ${ARGN})
    if(SIGNALBOX_BULK)
        set(source ${CMAKE_BINARY_DIR}/${name}.cpp)
        file(GENERATE OUTPUT ${source} CONTENT "")
        add_library(${name} STATIC ${source})
        target_link_libraries(${name} PRIVATE ${arg_LINK})
        if(arg_QT)
            signalbox_qt(${name})
            set_target_properties(${name} PROPERTIES AUTOMOC OFF)
        endif()
        if(arg_LESS)
            signalbox_optimised_less(${name})
        endif()
        signalbox_precompile(${name} ${arg_HEADERS})
    endif()
endfunction()

function(signalbox_precompiled_of owner)
    if(SIGNALBOX_BULK)
        foreach(name ${ARGN})
            target_precompile_headers(${name} REUSE_FROM ${owner})
            target_compile_options(${name} PRIVATE -Wno-stringop-overread)
            if(SIGNALBOX_CCACHE)
                target_compile_options(${name} PRIVATE -fpch-preprocess)
            endif()
        endforeach()
    endif()
endfunction()

# Most of the code waits for people, databases and sockets. A build from nothing makes it small instead of fast, which
# takes a quarter off its compile time and two fifths off what of it lies in memory; what decodes, plans, keeps tables and
# draws is not named so. Before it gets a precompiled header.
function(signalbox_optimised_less)
    if(SIGNALBOX_BULK)
        foreach(name ${ARGN})
            target_compile_options(${name} PRIVATE $<$<CONFIG:RelWithDebInfo>:-Os>)
        endforeach()
    endif()
endfunction()

# A static library with the project root as include path: `#include "models/schema/flow.h"` everywhere.
# VIEWS: it is optimised less in a build from nothing, as what people look at is.
function(signalbox_library name)
    cmake_parse_arguments(arg "QT;VIEWS" "" "SOURCES;LINK;PRIVATE" ${ARGN})
    add_library(${name} STATIC ${arg_SOURCES})
    target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
    target_link_libraries(${name} PUBLIC Threads::Threads ${arg_LINK} PRIVATE ${arg_PRIVATE})
    if(arg_QT)
        signalbox_qt(${name})
        if(arg_VIEWS)
            signalbox_optimised_less(${name})
            signalbox_precompiled_of(signalbox_precompiled_views ${name})
        else()
            signalbox_precompiled_of(signalbox_precompiled_qt ${name})
        endif()
    endif()
endfunction()

function(signalbox_qt name)
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
    target_compile_definitions(${name} PRIVATE QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_FOREACH
        QT_NO_URL_CAST_FROM_STRING QT_NO_NARROWING_CONVERSIONS_IN_CONNECT QT_STRICT_ITERATORS)
endfunction()

# A library for qt_add_qml_module. Only it has sources that need moc; for the half a dozen targets that Qt makes
# beside each module a scan would be a step for nothing.
function(signalbox_qml_library name)
    qt_add_library(${name} STATIC)
    signalbox_qt(${name})
endfunction()

# What qmlcachegen makes of each QML file includes the same private headers: sixty files per step cost little more
# than one. Called after qt_add_qml_module.
function(signalbox_qml_in_bulk)
    if(SIGNALBOX_BULK)
        foreach(name ${ARGN})
            set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 63)
        endforeach()
    endif()
endfunction()
