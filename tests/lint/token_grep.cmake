# SPDX-FileCopyrightText: Snug contributors
# SPDX-License-Identifier: MIT
#
# cmake -DLOGS=FOLDER -P token_grep.cmake: no token of the Hub stands in what the tests of this run printed.
file(GLOB logs "${LOGS}/LastTest*.tmp") # of the run under way
if(NOT logs)
    file(GLOB logs "${LOGS}/LastTest*.log")
endif()
if(NOT logs)
    message(FATAL_ERROR "no log of a test run in ${LOGS}")
endif()
foreach(log IN LISTS logs)
    file(STRINGS "${log}" lines REGEX "hf_[A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9]+")
    list(LENGTH lines count)
    if(count GREATER 0)
        message(FATAL_ERROR "${log}: ${count} lines with a token")
    endif()
    message(STATUS "${log}: no token")
endforeach()
