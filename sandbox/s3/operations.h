// Every operation of S3 that the sandbox knows: one function each, found by routes.cc's table.
#pragma once

#include "sandbox/s3/call.h"

namespace ssmb::sandbox::s3 {

// buckets.cc
Answer list_buckets(Call& call);
Answer create_bucket(Call& call);
Answer head_bucket(Call& call);
Answer delete_bucket(Call& call);
Answer get_bucket_location(Call& call);

// documents.cc: ?versioning and its like
Answer get_document(Call& call);
Answer put_document(Call& call);
Answer delete_document(Call& call);

// listing.cc, version_listing.cc
Answer list_objects_v1(Call& call);
Answer list_objects_v2(Call& call);
Answer list_object_versions(Call& call);

// reading.cc
Answer get_object(Call& call);
Answer head_object(Call& call);

// writing.cc
Answer put_object(Call& call);
Answer copy_object(Call& call);

// deleting.cc
Answer delete_object(Call& call);
Answer delete_objects(Call& call);

// multipart.cc, completing.cc, upload_listing.cc
Answer create_multipart_upload(Call& call);
Answer upload_part(Call& call);
Answer complete_multipart_upload(Call& call);
Answer abort_multipart_upload(Call& call);
Answer list_parts(Call& call);
Answer list_multipart_uploads(Call& call);

// routes.cc, for what S3 has and the sandbox has not
Answer not_implemented(Call& call);

}  // namespace ssmb::sandbox::s3
