// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#include "app/cli/cli.h"

#include <algorithm>
#include <string>
#include <vector>

/// The command line alone, for machines without Qt.
int main(int argc, char **argv)
{
    const std::vector<std::string> args(argv + std::min(argc, 1), argv + argc);
    return thresher::runCli(args, {});
}
