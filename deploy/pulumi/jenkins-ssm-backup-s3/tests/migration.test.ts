// A stack of one Region from before this program: what Pulumi's state holds of it, written down by
// hand from that program, must be found again and not be made anew.
import * as assert from "node:assert/strict";
import { test } from "node:test";

import { expectedPolicy } from "./support/expected";
import { Registered, Seen } from "./support/recording";
import { Config, ONE_REGION, run, TWO_REGIONS } from "./support/run";

const BUCKET = "jenkins-infra-ssm-backup-dev-123456789012-ap-northeast-1";
const STACK = "urn:pulumi:dev::jenkins-ssm-backup-s3::";

interface Old {
  readonly urn: string;
  readonly inputs: Record<string, unknown>; // those that stay as they were
  readonly tags?: Record<string, string>;
}

const OLD_STATE: readonly Old[] = [
  {
    urn: `${STACK}aws:s3/bucket:Bucket::ssm-backup-bucket`,
    inputs: { bucket: BUCKET },
    tags: {
      Name: BUCKET,
      Environment: "dev",
      Purpose: "SSM Parameter Store Backup Storage",
      ManagedBy: "Pulumi",
      DataClassification: "Confidential",
    },
  },
  {
    urn: `${STACK}aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock::ssm-backup-bucket-pab`,
    inputs: {
      bucket: BUCKET,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
  },
  {
    urn: `${STACK}aws:s3/bucketPolicy:BucketPolicy::ssm-backup-bucket-policy`,
    inputs: { bucket: BUCKET, policy: expectedPolicy(`arn:aws:s3:::${BUCKET}`) },
  },
  {
    urn: `${STACK}aws:ssm/parameter:Parameter::ssm-backup-bucket-name`,
    inputs: {
      name: "/jenkins/dev/backup/s3-bucket-name",
      type: "String",
      value: BUCKET,
      description: "SSM Parameter Store backup S3 bucket name",
    },
    tags: { Environment: "dev", ManagedBy: "Pulumi" },
  },
];

// As the engine computes the URN behind an alias at the stack's root.
function oldUrns({ type, aliases }: Registered): string[] {
  return aliases.map((name) => `${STACK}${type}::${name}`);
}

function heirsOf(old: Old, made: Seen): Registered[] {
  return made.resources.filter((resource) => oldUrns(resource).includes(old.urn));
}

const rows: { name: string; config: Config }[] = [
  { name: "as it was", config: ONE_REGION },
  { name: "with more Regions, its own the default one", config: TWO_REGIONS },
];

for (const row of rows) {
  for (const old of OLD_STATE) {
    test(`migration, ${row.name}: ${old.urn.replace(/.*::/, "")} goes on`, async () => {
      const heirs = heirsOf(old, await run(row.config));
      assert.equal(heirs.length, 1);
      const inputs = heirs[0]?.inputs ?? {};
      const { tags, region, ...rest } = inputs;
      assert.deepEqual(rest, old.inputs);
      assert.equal(region, "ap-northeast-1");
      if (old.tags === undefined) {
        assert.equal(tags, undefined);
      } else {
        const about = "bucket" in old.inputs ? "ap-northeast-1" : "legacy";
        assert.deepEqual(tags, { ...old.tags, Region: about });
      }
    });
  }
}

test("migration: the bucket goes on while another Region becomes the default one", async () => {
  const made = await run({ ...TWO_REGIONS, defaultRegion: "us-west-2" });
  const names = OLD_STATE.map((old) => heirsOf(old, made).map(({ name }) => name));
  assert.deepEqual(names, [
    ["ssm-backup-ap-northeast-1-bucket"],
    ["ssm-backup-ap-northeast-1-public-access-block"],
    ["ssm-backup-ap-northeast-1-policy"],
    ["ssm-backup-bucket-name"],
  ]);
});

// The engine refuses two resources that claim one old name.
test("migration: no old name is claimed twice", async () => {
  const regions = ["us-west-2", "ap-northeast-1", "eu-west-1"];
  const made = await run({ ...TWO_REGIONS, regions, copy: { region: "us-east-1" } });
  const claimed = made.resources.flatMap(oldUrns);
  assert.deepEqual(
    claimed.filter((urn, index) => claimed.indexOf(urn) !== index),
    [],
  );
  assert.ok(claimed.length > OLD_STATE.length);
});

test("migration: what is new is what the README lists", async () => {
  const made = await run(ONE_REGION);
  const heirs = OLD_STATE.flatMap((old) => heirsOf(old, made));
  const fresh = made.resources.filter((resource) => !heirs.includes(resource)).map(({ name }) => name);
  assert.deepEqual(fresh.sort(), [
    "ssm-backup-ap-northeast-1",
    "ssm-backup-ap-northeast-1-encryption",
    "ssm-backup-ap-northeast-1-lifecycle",
    "ssm-backup-ap-northeast-1-ownership",
    "ssm-backup-ap-northeast-1-versioning",
    "ssm-backup-bucket-name-ap-northeast-1",
    "ssm-backup-default-region",
    "ssm-backup-metadata",
    "ssm-backup-region-list",
  ]);
});
