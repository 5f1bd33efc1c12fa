# SPDX-License-Identifier: GPL-3.0-only
signalbox_test(tst_frame_views QT
    SOURCES frame_views.cpp ${CMAKE_SOURCE_DIR}/tests/support/fakegateway.cpp ${CMAKE_SOURCE_DIR}/tests/support/fakegateway.h
    LINK signalbox_pages signalbox_stores Qt6::Gui LABELS unit)
