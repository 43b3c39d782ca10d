// What an error on the way to one object says of that object. The one place that tells damage,
// missing rights and a broken way apart.
#pragma once

#include "base/error.h"

namespace ssmb::snapshot {

enum class Trouble {
  gone,       // there is no such object
  damaged,    // its bytes are not what they should be
  unread,     // it may not be read, or not from here: that says nothing of the object
  elsewhere,  // of the repository, the way to it, or the run: nothing else can be read, either
};
Trouble trouble_of(const Error& error);

}  // namespace ssmb::snapshot
