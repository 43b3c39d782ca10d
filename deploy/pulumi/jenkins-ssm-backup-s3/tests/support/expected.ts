// What one bucket and its companions must be, written down by hand from the fixed formats: no line
// of it is computed by the program under test.

export interface ExpectedResource {
  readonly name: string;
  readonly type: string;
  readonly inputs: Record<string, unknown>;
  readonly parent: string;
  readonly dependsOn: readonly string[];
  readonly aliases: readonly string[];
  readonly provider: string;
  readonly retainOnDelete: boolean;
  readonly protect: boolean;
}

export function expectedPolicy(arn: string, algorithm = "AES256"): string {
  return (
    `{"Version":"2012-10-17","Statement":[` +
    `{"Sid":"DenyInsecureConnections","Effect":"Deny","Principal":"*","Action":"s3:*",` +
    `"Resource":["${arn}","${arn}/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}},` +
    `{"Sid":"DenyUnencryptedObjectUploads","Effect":"Deny","Principal":"*","Action":"s3:PutObject",` +
    `"Resource":"${arn}/*","Condition":{"StringNotEquals":{"s3:x-amz-server-side-encryption":"${algorithm}"}}}]}`
  );
}

export const ABORT_RULE = {
  id: "abort-incomplete-uploads",
  status: "Enabled",
  filter: { prefix: "" },
  abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
};

export const DELETE_RULE = {
  id: "delete-old-backups",
  status: "Enabled",
  filter: { prefix: "" },
  expiration: { days: 30 },
  noncurrentVersionExpiration: { noncurrentDays: 7 },
};

export interface ExpectedBucket {
  readonly component: string;
  readonly bucket: string;
  readonly region: string;
  readonly partition?: string;
  readonly provider?: string;
  readonly former?: Readonly<Record<string, string>>; // old names, by the ending of the new one
  readonly but?: Readonly<Record<string, object>>; // other inputs, by the ending of the name
}

function inputsOf({ bucket, region, partition = "aws" }: ExpectedBucket): Record<string, [string, object]> {
  return {
    bucket: [
      "aws:s3/bucket:Bucket",
      {
        bucket,
        region,
        tags: {
          Name: bucket,
          Environment: "dev",
          ManagedBy: "Pulumi",
          Purpose: "SSM Parameter Store Backup Storage",
          DataClassification: "Confidential",
          Region: region,
        },
      },
    ],
    "public-access-block": [
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      {
        bucket,
        region,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
    ],
    ownership: [
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
      { bucket, region, rule: { objectOwnership: "BucketOwnerEnforced" } },
    ],
    policy: [
      "aws:s3/bucketPolicy:BucketPolicy",
      { bucket, region, policy: expectedPolicy(`arn:${partition}:s3:::${bucket}`) },
    ],
    encryption: [
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      {
        bucket,
        region,
        rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" }, bucketKeyEnabled: true }],
      },
    ],
    versioning: [
      "aws:s3/bucketVersioning:BucketVersioning",
      { bucket, region, versioningConfiguration: { status: "Enabled" } },
    ],
    lifecycle: [
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      { bucket, region, rules: [DELETE_RULE, ABORT_RULE] },
    ],
  };
}

const AFTER: Readonly<Record<string, readonly string[]>> = {
  bucket: [],
  "public-access-block": ["bucket"],
  ownership: ["bucket", "public-access-block"],
  policy: ["bucket", "ownership"],
  encryption: ["bucket"],
  versioning: ["bucket"],
  lifecycle: ["bucket", "versioning"],
};

// Sorted by name, the component first.
export function expectedBucket(of: ExpectedBucket): ExpectedResource[] {
  const { component, provider = "", former = {}, but = {} } = of;
  const children = Object.entries(inputsOf(of)).map(([ending, [type, inputs]]) => ({
    name: `${component}-${ending}`,
    type,
    inputs: { ...inputs, ...but[ending] },
    parent: component,
    dependsOn: (AFTER[ending] ?? []).map((other) => `${component}-${other}`),
    aliases: [former[ending] ?? [], ending === "bucket" ? `${component}-bucket` : []].flat(),
    provider,
    retainOnDelete: true,
    protect: false,
  }));
  const above = {
    ...{
      name: component,
      type: "jenkins-ssm-backup-s3:index:RegionBucket",
      inputs: {},
      parent: "",
      provider,
    },
    ...{ dependsOn: [], aliases: [], retainOnDelete: false, protect: false },
  };
  return [above, ...children.sort((a, b) => (a.name < b.name ? -1 : 1))];
}
