# SPDX-License-Identifier: GPL-3.0-only
add_subdirectory(${CMAKE_CURRENT_SOURCE_DIR}/walk)
