# SPDX-License-Identifier: BSD-3-Clause
# Installs headers, static libraries and the CMake package: find_package(retort) gives the
# targets that the tree itself has (retort::http, ..., retort::retort).
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

get_property(rooms GLOBAL PROPERTY RETORT_ROOMS)
set(targets ${rooms})
list(TRANSFORM targets PREPEND retort_)
if(TARGET retort_retort)
  list(APPEND targets retort_retort)
endif()

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/retort)
install(TARGETS ${targets} EXPORT retort ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT retort)
install(EXPORT retort NAMESPACE retort:: DESTINATION ${package_dir} FILE retortTargets.cmake COMPONENT retort)

# Public headers, and the details that they include.
install(DIRECTORY "${PROJECT_SOURCE_DIR}/retort" DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT retort
  FILES_MATCHING PATTERN "*.h")

configure_package_config_file("${CMAKE_CURRENT_LIST_DIR}/retortConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/retortConfig.cmake" INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file("${PROJECT_BINARY_DIR}/retortConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_CURRENT_LIST_DIR}/RetortAddApp.cmake" "${CMAKE_CURRENT_LIST_DIR}/RetortEmbed.cmake"
  DESTINATION ${package_dir} COMPONENT retort)
install(FILES "${PROJECT_BINARY_DIR}/retortConfig.cmake" "${PROJECT_BINARY_DIR}/retortConfigVersion.cmake"
  DESTINATION ${package_dir} COMPONENT retort)
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT retort)

# The retort command beside them; and the build folder as a package of its own, for the command in it.
if(TARGET retort_tool)
  install(TARGETS retort_tool RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT retort)
endif()
export(TARGETS ${targets} retort_build NAMESPACE retort:: FILE "${PROJECT_BINARY_DIR}/retortTargets.cmake")
configure_file("${CMAKE_CURRENT_LIST_DIR}/RetortAddApp.cmake" "${PROJECT_BINARY_DIR}/RetortAddApp.cmake" COPYONLY)
configure_file("${CMAKE_CURRENT_LIST_DIR}/RetortEmbed.cmake" "${PROJECT_BINARY_DIR}/RetortEmbed.cmake" COPYONLY)
