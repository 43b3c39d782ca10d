// How Regions, buckets and metadata parameters are called. Older backups, their readers and
// `ssm-backup infra` depend on these names. Pure.

const REGION = /^(?=.{1,32}$)[a-z0-9]+(-[a-z0-9]+)+$/;
const NUMBER = /^\d+$/;

// As AWS's are all called: us-gov-west-1, a number at the end and nowhere else. By its form alone,
// so that a Region that opens tomorrow has a name today.
export function isRegionName(text: string): boolean {
  const parts = text.split("-");
  return (
    REGION.test(text) &&
    parts.length >= 3 &&
    parts.findIndex((part) => NUMBER.test(part)) === parts.length - 1
  );
}

// It becomes a segment of parameters' names and of objects' keys.
export function isEnvironmentName(text: string): boolean {
  return /^[A-Za-z0-9._-]{1,64}$/.test(text) && text !== "." && text !== "..";
}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
export function isBucketName(text: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(text) && !text.includes("..");
}

export interface Naming {
  readonly project: string;
  readonly environment: string;
}

export function bucketName(of: Naming, account: string, region: string): string {
  return `${of.project}-ssm-backup-${of.environment}-${account}-${region}`;
}

// Behind the Region, where no environment's or project's name can be mistaken for it. The account is
// that of the backups, wherever the copy lies: no two accounts share a bucket.
export function copyBucketName(of: Naming, account: string, region: string): string {
  return `${bucketName(of, account, region)}-copy`;
}

function metadataName(environment: string, rest: string): string {
  return `/jenkins/${environment}/backup/${rest}`;
}

export function regionListName(environment: string): string {
  return metadataName(environment, "region-list");
}

export function defaultRegionName(environment: string): string {
  return metadataName(environment, "default-region");
}

export function bucketParameterName(environment: string, region: string): string {
  return metadataName(environment, `${region}/s3-bucket-name`);
}

// The default Region's bucket, where consumers from before there were several Regions look.
export function legacyBucketParameterName(environment: string): string {
  return metadataName(environment, "s3-bucket-name");
}
