// SPDX-License-Identifier: GPL-3.0-or-later
// SPDX-FileCopyrightText: The Thresher developers
#pragma once

#include "model/base/result.h"

#include <sys/types.h>

#include <optional>

namespace thresher::capture {

/// Who is at the other end.
struct Client
{
    uid_t uid = 0;
    gid_t gid = 0;
};

/// The peer of a Unix socket, if it may command a recorder that runs as `self`: it is root, the
/// same user, or the one that sudo or pkexec was called by. Fails otherwise.
[[nodiscard]] Result<Client> checkPeer(int socket, uid_t self, std::optional<uid_t> caller);

/// The user that sudo or pkexec was called by, as their environment variables tell.
[[nodiscard]] std::optional<uid_t> callerOfRoot();

/// Gives up all of root's powers but those that are needed later: to read kernel addresses, to
/// become the client in threads that write files, and to run those early. No new ones can be
/// gained, and what a recorder never does (start programs, make connections, load code) is
/// forbidden. Called once, before anything comes from outside.
[[nodiscard]] Result<void> restrictSelf();

/// Makes the calling thread (and it alone) the client, without any power of root: what it writes is
/// subject to the client's rights and quota.
[[nodiscard]] Result<void> becomeClient(const Client &client);

} // namespace thresher::capture
