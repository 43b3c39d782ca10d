// From the settings to resources and outputs.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { Settings } from "./config";
import { createCopyBucket } from "./copy-bucket";
import { Metadata } from "./metadata";
import { bucketName } from "./names";
import { RegionBucket } from "./region-bucket";

export interface Outputs {
  readonly bucketMap: Record<string, pulumi.Output<string>>;
  readonly bucketNameOutput: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;
  readonly ssmBackupBucketParameter: pulumi.Output<string>;
  readonly copyRepository?: pulumi.Output<string>;
}

// Names say the Region and nothing of its place in the list: another Region's coming or going
// changes no resource but the list itself.
function createRegionBucket(
  settings: Settings,
  account: pulumi.Output<string>,
  region: string,
): RegionBucket {
  return new RegionBucket(`ssm-backup-${region}`, {
    bucket: account.apply((id) => bucketName(settings, id, region)),
    region,
    environment: settings.environment,
    expiryDays: settings.retentionDays,
    kmsKey: settings.kmsKeys.get(region),
    objectLock: settings.objectLock,
    accessLogBucket: settings.accessLogBuckets.get(region),
    writers: [],
    formerName: region === settings.providerRegion ? "ssm-backup-bucket" : undefined,
  });
}

export function createStack(settings: Settings): Outputs {
  const account = aws.getCallerIdentityOutput().accountId;
  const buckets = new Map(
    settings.regions.map((region) => [region, createRegionBucket(settings, account, region)] as const),
  );
  const bucketIn = (region: string): aws.s3.Bucket => {
    const found = buckets.get(region);
    if (found === undefined) throw new Error(`no bucket for ${region}`);
    return found.bucket;
  };
  // Nobody shall find a bucket before it is private, encrypted and versioned.
  const metadata = new Metadata(
    "ssm-backup-metadata",
    { ...settings, bucketOf: (region) => bucketIn(region).bucket },
    { dependsOn: [...buckets.values()] },
  );
  const copy = settings.copy && createCopyBucket(settings, settings.copy, account);
  const chosen = bucketIn(settings.defaultRegion);
  return {
    bucketMap: Object.fromEntries(settings.regions.map((region) => [region, bucketIn(region).bucket])),
    bucketNameOutput: chosen.bucket,
    bucketArn: chosen.arn,
    ssmBackupBucketParameter: metadata.legacy.name,
    ...(copy && { copyRepository: copy.repository }),
  };
}
