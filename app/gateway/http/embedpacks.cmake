# SPDX-License-Identifier: GPL-3.0-only
# Turns resources/i18n/<language>.json into the table `packTexts`.
set(text "// Made from resources/i18n. Do not edit.\n#include \"app/gateway/http/packs.h\"\n\nnamespace signalbox::gateway {\n\nconst std::vector<Pack> &packTexts()\n{\n    static const std::vector<Pack> all {\n")
foreach(pack ${PACKS})
    get_filename_component(language ${pack} NAME_WE)
    file(READ ${pack} content)
    string(APPEND text "{ \"${language}\", R\"pack(${content})pack\" },\n")
endforeach()
string(APPEND text "    };\n    return all;\n}\n\n} // namespace signalbox::gateway\n")
file(WRITE ${OUTPUT} "${text}")
