// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <retort/retort.h>

retort::App create_app();
