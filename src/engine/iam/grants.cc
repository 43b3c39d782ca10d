#include "engine/iam/grants.h"

#include <vector>

namespace ssmb::engine::iam {
namespace {

std::vector<Grant> make_grants() {
  using enum Use;
  using enum Place;
  const Uses live = backup | restore;  // the parameters as they are
  const Uses looking = live | drill;   // into repositories
  return {
      {"ListParameters", everything, "ssm:DescribeParameters", live | infra},
      {"ListParameters", everything, "tag:GetResources", live},

      {"ReadSettings", settings, "ssm:GetServiceSetting", live},

      {kReadMetadata, metadata, "ssm:GetParameters", looking},

      {"ReadParameters", parameters, "ssm:GetParameters", live},
      // Where a batch is refused for one of its names, and where one changes while it is read.
      {"ReadParameters", parameters, "ssm:GetParameter", live},
      {"ReadParameters", parameters, "ssm:GetParameterHistory", live},
      {"ReadParameters", parameters, "ssm:ListTagsForResource", live},
      // Of Advanced ones, for their shares.
      {"ReadParameters", parameters, "ssm:GetResourcePolicies", live},

      {"WriteParameters", parameters, "ssm:PutParameter", restore},
      {"WriteParameters", parameters, "ssm:AddTagsToResource", restore},
      {"WriteParameters", parameters, "ssm:RemoveTagsFromResource", restore},
      {"WriteParameters", parameters, "ssm:LabelParameterVersion", restore},
      {"WriteParameters", parameters, "ssm:UnlabelParameterVersion", restore},

      {"DeleteExtraParameters", parameters, "ssm:DeleteParameters", deletion},

      // Whoever may list a path may see all that lies below it: this one is asked for by itself.
      // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
      {"ListScratchPath", scratch_root, "ssm:GetParametersByPath", drill_aws},

      {"DrillBelowScratchPath", scratch_path, "ssm:PutParameter", drill_aws},
      {"DrillBelowScratchPath", scratch_path, "ssm:AddTagsToResource", drill_aws},
      {"DrillBelowScratchPath", scratch_path, "ssm:LabelParameterVersion", drill_aws},
      {"DrillBelowScratchPath", scratch_path, "ssm:GetParameter", drill_aws},
      {"DrillBelowScratchPath", scratch_path, "ssm:GetParameterHistory", drill_aws},
      {"DrillBelowScratchPath", scratch_path, "ssm:ListTagsForResource", drill_aws},
      {"DrillBelowScratchPath", scratch_path, "ssm:DeleteParameters", drill_aws},

      // Of a Standard SecureString KMS encrypts the value itself, of an Advanced one a data key.
      // https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
      {"UseKeysOfSecureStrings", keys, "kms:Decrypt", live | drill_aws},
      {"UseKeysOfSecureStrings", keys, "kms:Encrypt", restore | drill_aws},
      {"UseKeysOfSecureStrings", keys, "kms:GenerateDataKey", restore | drill_aws},

      // Without s3:ListBucket a missing object answers 403, and looks like a refusal.
      {"ListSnapshots", buckets, "s3:ListBucket", looking},
      // An upload asks for what the bucket's policy demands; without this it is AES256.
      {"ListSnapshots", buckets, "s3:GetEncryptionConfiguration", backup | drill_record},
      {"Snapshots", objects, "s3:GetObject", looking},
      {"Snapshots", objects, "s3:PutObject", backup},
      {"Snapshots", objects, "s3:AbortMultipartUpload", backup},
      {"RecordDrills", records, "s3:PutObject", drill_record},
      {"ListCopies", copies, "s3:ListBucket", looking},
      {"ListCopies", copies, "s3:GetEncryptionConfiguration", backup},
      {"Copies", copied, "s3:GetObject", looking},
      {"Copies", copied, "s3:PutObject", backup},
      {"Copies", copied, "s3:AbortMultipartUpload", backup},

      // An upload of several parts is read by S3 itself when it is put together.
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
      {"UseKeysOfBuckets", bucket_keys, "kms:Decrypt", looking},
      {"UseKeysOfBuckets", bucket_keys, "kms:GenerateDataKey", backup | drill_record},

      {"ManageBuckets", stack, "s3:CreateBucket", infra},
      {"ManageBuckets", stack, "s3:DeleteBucket", infra},
      {"ManageBuckets", stack, "s3:ListBucket", infra},
      {"ManageBuckets", stack, "s3:ListBucketVersions", infra},
      {"ManageBuckets", stack, "s3:GetBucketLogging", infra},
      {"ManageBuckets", stack, "s3:PutBucketLogging", infra_logs},
      {"ManageBuckets", stack, "s3:GetBucketObjectLockConfiguration", infra},
      {"ManageBuckets", stack, "s3:PutBucketObjectLockConfiguration", infra_lock},
      {"ManageBuckets", stack, "s3:GetBucketOwnershipControls", infra},
      {"ManageBuckets", stack, "s3:PutBucketOwnershipControls", infra},
      {"ManageBuckets", stack, "s3:GetBucketPolicy", infra},
      {"ManageBuckets", stack, "s3:PutBucketPolicy", infra},
      {"ManageBuckets", stack, "s3:GetBucketPublicAccessBlock", infra},
      {"ManageBuckets", stack, "s3:PutBucketPublicAccessBlock", infra},
      {"ManageBuckets", stack, "s3:GetBucketTagging", infra},
      {"ManageBuckets", stack, "s3:PutBucketTagging", infra},
      {"ManageBuckets", stack, "s3:GetBucketVersioning", infra},
      {"ManageBuckets", stack, "s3:PutBucketVersioning", infra},
      {"ManageBuckets", stack, "s3:GetEncryptionConfiguration", infra},
      {"ManageBuckets", stack, "s3:PutEncryptionConfiguration", infra},
      {"ManageBuckets", stack, "s3:GetLifecycleConfiguration", infra},
      {"ManageBuckets", stack, "s3:PutLifecycleConfiguration", infra},

      // Each version by its id, so that s3:DeleteObject is of no use.
      {"DeleteBackups", stored, "s3:DeleteObjectVersion", infra_deletion},

      {"ManageCopyOfOtherAccount", other_roles, "sts:AssumeRole", infra},

      {"ManageMetadata", metadata, "ssm:GetParameter", infra},
      {"ManageMetadata", metadata, "ssm:ListTagsForResource", infra},
      {"ManageMetadata", metadata, "ssm:PutParameter", infra},
      {"ManageMetadata", metadata, "ssm:AddTagsToResource", infra},
      {"ManageMetadata", metadata, "ssm:DeleteParameters", infra},
  };
}

}  // namespace

std::span<const Grant> grants() {
  static const std::vector<Grant> table = make_grants();
  return table;
}

}  // namespace ssmb::engine::iam
