// Boost.JSON storage that wipes what it frees: for every JSON document in which values pass.
#pragma once

#include <boost/json/memory_resource.hpp>
#include <boost/json/storage_ptr.hpp>

namespace ssmb {

// One for the process, stateless, safe to share between threads; outlives every document.
boost::json::storage_ptr wiping_storage();

}  // namespace ssmb
