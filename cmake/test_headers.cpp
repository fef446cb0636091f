// SPDX-License-Identifier: BSD-3-Clause
// Nothing: the source of the target that holds what tests include, precompiled.
