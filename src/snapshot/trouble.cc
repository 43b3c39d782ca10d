#include "snapshot/trouble.h"

namespace ssmb::snapshot {

Trouble trouble_of(const Error& error) {
  switch (error.kind) {
    case ErrorKind::not_found: return Trouble::gone;
    case ErrorKind::corrupt: return Trouble::damaged;
    case ErrorKind::denied:
    case ErrorKind::local_io: return Trouble::unread;
    default: return Trouble::elsewhere;
  }
}

}  // namespace ssmb::snapshot
