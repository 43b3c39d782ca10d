// One Region's bucket and all that makes it fit for secrets. Every resource is kept when it leaves
// the stack: backups outlive the configuration, and a kept bucket stays private and encrypted.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { lifecycleRules } from "./lifecycle";
import { ObjectLock } from "./options";
import { bucketPolicy } from "./policy";
import { bucketTags } from "./tags";

export interface BucketSpec {
  readonly bucket: pulumi.Input<string>;
  readonly region: string;
  readonly environment: string;
  readonly expiryDays: number | undefined; // undefined: nothing expires
  readonly kmsKey: string | undefined; // undefined: AES256
  readonly objectLock: ObjectLock | undefined;
  readonly accessLogBucket: string | undefined;
  readonly writers: readonly string[]; // principals of another account
  readonly formerName: string | undefined; // of this bucket in the stack of one Region
}

// Names under which a state may know the resource at the stack's root, with no component above it.
function atRoot(...names: (string | undefined)[]): pulumi.Alias[] {
  return names
    .filter((name) => name !== undefined)
    .map((name) => ({ name, parent: pulumi.rootStackResource }));
}

export class RegionBucket extends pulumi.ComponentResource {
  readonly bucket: aws.s3.Bucket;
  private readonly place: { bucket: pulumi.Input<string>; region: string };

  constructor(
    private readonly name: string,
    private readonly spec: BucketSpec,
    options: pulumi.ComponentResourceOptions = {},
  ) {
    super("jenkins-ssm-backup-s3:index:RegionBucket", name, {}, options);
    const { bucket, region, environment } = spec;
    const tags = bucketTags(bucket, environment, region);
    // By its own name where `pulumi import` has just put a bucket that returns.
    const aliases = atRoot(spec.formerName, `${name}-bucket`);
    this.bucket = new aws.s3.Bucket(`${name}-bucket`, { bucket, region, tags }, this.kept({ aliases }));
    this.place = { bucket: this.bucket.id, region };
    this.closeToOthers();
    this.encrypt();
    const versioning = this.keepVersions();
    this.lock(versioning);
    this.logAccess();
    this.registerOutputs({ bucket: this.bucket.bucket });
  }

  private kept(more: pulumi.CustomResourceOptions = {}): pulumi.CustomResourceOptions {
    return { parent: this, retainOnDelete: true, ...more };
  }

  private former(ending: string): pulumi.Alias[] {
    return atRoot(this.spec.formerName && this.spec.formerName + ending);
  }

  // S3 refuses changes of one bucket's access that overlap: one after another, the block first.
  private closeToOthers(): void {
    const { name, place } = this;
    const blocks = {
      ...{ blockPublicAcls: true, blockPublicPolicy: true },
      ...{ ignorePublicAcls: true, restrictPublicBuckets: true },
    };
    const block = new aws.s3.BucketPublicAccessBlock(
      `${name}-public-access-block`,
      { ...place, ...blocks },
      this.kept({ aliases: this.former("-pab") }),
    );
    const ownership = new aws.s3.BucketOwnershipControls(
      `${name}-ownership`,
      { ...place, rule: { objectOwnership: "BucketOwnerEnforced" } },
      this.kept({ dependsOn: [block] }),
    );
    const { writers } = this.spec;
    const algorithm = this.algorithm();
    new aws.s3.BucketPolicy(
      `${name}-policy`,
      {
        ...place,
        policy: this.bucket.arn.apply((bucketArn) => bucketPolicy({ bucketArn, algorithm, writers })),
      },
      this.kept({ aliases: this.former("-policy"), dependsOn: [ownership] }),
    );
  }

  private algorithm(): "AES256" | "aws:kms" {
    return this.spec.kmsKey === undefined ? "AES256" : "aws:kms";
  }

  private encrypt(): void {
    const { kmsKey } = this.spec;
    const applyServerSideEncryptionByDefault = {
      sseAlgorithm: this.algorithm(),
      ...(kmsKey !== undefined && { kmsMasterKeyId: kmsKey }),
    };
    new aws.s3.BucketServerSideEncryptionConfiguration(
      `${this.name}-encryption`,
      { ...this.place, rules: [{ applyServerSideEncryptionByDefault, bucketKeyEnabled: true }] },
      this.kept(),
    );
  }

  private keepVersions(): aws.s3.BucketVersioning {
    const versioning = new aws.s3.BucketVersioning(
      `${this.name}-versioning`,
      { ...this.place, versioningConfiguration: { status: "Enabled" } },
      this.kept(),
    );
    new aws.s3.BucketLifecycleConfiguration(
      `${this.name}-lifecycle`,
      { ...this.place, rules: lifecycleRules(this.spec.expiryDays) },
      this.kept({ dependsOn: [versioning] }),
    );
    return versioning;
  }

  // Not by the bucket's own objectLockEnabled: to turn that on later would replace the bucket. S3
  // locks a bucket at any time, once it keeps versions.
  private lock(versioning: aws.s3.BucketVersioning): void {
    const { objectLock } = this.spec;
    if (objectLock === undefined) return;
    new aws.s3.BucketObjectLockConfiguration(
      `${this.name}-object-lock`,
      { ...this.place, objectLockEnabled: "Enabled", rule: { defaultRetention: { ...objectLock } } },
      this.kept({ dependsOn: [versioning] }),
    );
  }

  private logAccess(): void {
    const { accessLogBucket, bucket } = this.spec;
    if (accessLogBucket === undefined) return;
    new aws.s3.BucketLogging(
      `${this.name}-access-logs`,
      { ...this.place, targetBucket: accessLogBucket, targetPrefix: pulumi.interpolate`${bucket}/` },
      this.kept(),
    );
  }
}
