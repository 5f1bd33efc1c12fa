# SPDX-License-Identifier: GPL-3.0-only
# Turns resources/i18n/<language>.json into `const char *const pack<Language>`.
set(text "// Made from resources/i18n. Do not edit.\nnamespace signalbox::gateway {\n")
foreach(pack ${PACKS})
    get_filename_component(language ${pack} NAME_WE)
    string(SUBSTRING ${language} 0 1 first)
    string(SUBSTRING ${language} 1 -1 others)
    string(TOUPPER ${first} first)
    file(READ ${pack} content)
    string(APPEND text "extern const char *const pack${first}${others};\n"
        "const char *const pack${first}${others} = R\"pack(${content})pack\";\n")
endforeach()
string(APPEND text "} // namespace signalbox::gateway\n")
file(WRITE ${OUTPUT} "${text}")
