// What S3 deletes by itself. Pure.
import * as aws from "@pulumi/aws";

type Rule = aws.types.input.s3.BucketLifecycleConfigurationRule;

const EVERYTHING = { prefix: "" };

// expiryDays undefined: a copy keeps what the Region's bucket lets go.
export function lifecycleRules(expiryDays: number | undefined): Rule[] {
  const deletion: Rule = {
    id: "delete-old-backups",
    status: "Enabled",
    filter: EVERYTHING,
    noncurrentVersionExpiration: { noncurrentDays: 7 },
  };
  // The parts of a broken upload hold secrets, and cost money.
  const abort: Rule = {
    id: "abort-incomplete-uploads",
    status: "Enabled",
    filter: EVERYTHING,
    abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
  };
  return expiryDays === undefined ? [abort] : [{ ...deletion, expiration: { days: expiryDays } }, abort];
}
