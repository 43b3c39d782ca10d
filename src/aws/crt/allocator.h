// The allocator of everything that the AWS Common Runtime holds: it wipes what it frees.
#pragma once

struct aws_allocator;

namespace ssmb::aws::crt {

// One for the process, for any thread. Blocks are aligned as malloc aligns them. Requests, headers,
// credentials and socket buffers pass through here, so none of them outlives its use in free
// memory. (What OpenSSL itself allocates does not come by.)
aws_allocator* wiping_allocator();

}  // namespace ssmb::aws::crt
