// The bucket for `backup --copy-to`: in another Region or account, so that what a Region's loss
// takes is still there. One serves all Regions, for objects' keys name theirs.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { Settings } from "./config";
import { copyBucketName } from "./names";
import { Copy, OtherAccount } from "./copy-option";
import { RegionBucket } from "./region-bucket";

// The only provider of its own: `region` on a resource chooses a Region, never an account.
function providerFor(account: OtherAccount, region: string): aws.Provider {
  return new aws.Provider(`ssm-backup-copy-${account.id}`, {
    region,
    allowedAccountIds: [account.id],
    assumeRoles: [{ roleArn: account.roleArn, sessionName: "ssm-backup-pulumi" }],
  });
}

export interface CopyBucket {
  readonly bucket: RegionBucket;
  readonly repository: pulumi.Output<string>; // what --copy-to takes
}

export function createCopyBucket(
  settings: Settings,
  copy: Copy,
  ownAccount: pulumi.Output<string>,
): CopyBucket {
  const { account, region } = copy;
  const owner = account ? pulumi.output(account.id) : ownAccount;
  // Another account's copy is another bucket, and no change of this one.
  const name = account ? `ssm-backup-copy-${account.id}-${region}` : `ssm-backup-copy-${region}`;
  const spec = {
    bucket: ownAccount.apply((id) => copyBucketName(settings, id, region)),
    region,
    environment: settings.environment,
    expiryDays: undefined,
    kmsKey: copy.kmsKey,
    objectLock: settings.objectLock,
    accessLogBucket: copy.accessLogBucket,
    writers: account?.writers ?? [],
    formerName: undefined,
  };
  const bucket = new RegionBucket(name, spec, account ? { provider: providerFor(account, region) } : {});
  const repository = pulumi.interpolate`s3://${bucket.bucket.bucket},region=${region},owner=${owner}`;
  return { bucket, repository };
}
