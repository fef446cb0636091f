// SPDX-License-Identifier: BSD-3-Clause
// Nothing: the source of the targets that hold precompiled headers.
