// Files read and written whole, with errors that name the path. For the work directory and the
// configuration; repositories do their own I/O.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/secret.h"

namespace ssmb {

// not_found where there is no such file; anything else is local_io.
Result<std::string> read_file(const std::filesystem::path& path);
// The same for files that hold credentials: nothing of their text is left behind.
Result<SecretBytes> read_secret_file(const std::filesystem::path& path);
// Written beside and renamed, so that a reader sees the old or the new text, never a part.
// Mode 0600; directories in between are made with 0700.
Result<void> write_file(const std::filesystem::path& path, std::string_view text);
// The same in pieces, for a text that would not stand in memory whole.
using TextSink = std::function<void(std::string_view)>;
Result<void> write_file(const std::filesystem::path& path,
                        const std::function<void(const TextSink&)>& write);
// For a text that others are to read: mode 0644 whatever the umask, into a directory that is there.
Result<void> write_public_file(const std::filesystem::path& path, std::string_view text);

}  // namespace ssmb
