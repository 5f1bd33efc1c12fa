# SPDX-License-Identifier: GPL-3.0-only
# cmake -DOUT=migrations.cpp -DIN="a.sql;b.sql" -P embed_migrations.cmake
# The number before the first '-' of a file's name is the schema version that it leads to.
set(text "// Made from resources/sql at build time.\n#include \"app/gateway/store/migrations.h\"\n\n")
string(APPEND text "namespace signalbox::gateway {\n\nconst std::vector<Migration> &migrations()\n{\n")
string(APPEND text "    static const std::vector<Migration> all = {\n")
separate_arguments(files UNIX_COMMAND "${IN}")
foreach(file ${files})
    get_filename_component(name ${file} NAME_WE)
    string(REGEX MATCH "^0*([0-9]+)-" _ ${name})
    file(READ ${file} sql)
    string(APPEND text "        { ${CMAKE_MATCH_1}, \"${name}\", R\"sql(${sql})sql\" },\n")
endforeach()
string(APPEND text "    };\n    return all;\n}\n\n} // namespace signalbox::gateway\n")
file(WRITE ${OUT} "${text}")
