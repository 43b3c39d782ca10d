// Each option, on beside off: what it changes, and that it changes nothing else.
import * as assert from "node:assert/strict";
import { test } from "node:test";

import { changes } from "./support/changes";
import { ABORT_RULE, DELETE_RULE, expectedPolicy } from "./support/expected";
import { Config, resourceNamed, run, TWO_REGIONS } from "./support/run";

const TOKYO = "jenkins-infra-ssm-backup-dev-123456789012-ap-northeast-1";
const OREGON = "jenkins-infra-ssm-backup-dev-123456789012-us-west-2";
const KEY_TOKYO = "arn:aws:kms:ap-northeast-1:123456789012:key/11111111-2222-3333-4444-555555555555";
const KEY_OREGON = "arn:aws:kms:us-west-2:123456789012:alias/backup";
const MULTI_REGION_KEY = "mrk-0123456789abcdef0123456789abcdef";

type Inputs = Record<string, Record<string, unknown>>;

function rulesFor(kmsMasterKeyId: string): Record<string, unknown> {
  const applyServerSideEncryptionByDefault = { sseAlgorithm: "aws:kms", kmsMasterKeyId };
  return { rules: [{ applyServerSideEncryptionByDefault, bucketKeyEnabled: true }] };
}

function encryptedBy(keyInTokyo: string, keyInOregon: string): Inputs {
  return {
    "ssm-backup-ap-northeast-1-encryption": rulesFor(keyInTokyo),
    "ssm-backup-ap-northeast-1-policy": { policy: expectedPolicy(`arn:aws:s3:::${TOKYO}`, "aws:kms") },
    "ssm-backup-us-west-2-encryption": rulesFor(keyInOregon),
    "ssm-backup-us-west-2-policy": { policy: expectedPolicy(`arn:aws:s3:::${OREGON}`, "aws:kms") },
  };
}

function expiringAfter(days: number): Inputs {
  const rules = [{ ...DELETE_RULE, expiration: { days } }, ABORT_RULE];
  return { "ssm-backup-ap-northeast-1-lifecycle": { rules }, "ssm-backup-us-west-2-lifecycle": { rules } };
}

function lockedFor(mode: string, days: number): Inputs {
  const lock = (bucket: string, region: string) => ({
    ...{ bucket, region, objectLockEnabled: "Enabled", rule: { defaultRetention: { mode, days } } },
  });
  return {
    "ssm-backup-ap-northeast-1-object-lock": lock(TOKYO, "ap-northeast-1"),
    "ssm-backup-us-west-2-object-lock": lock(OREGON, "us-west-2"),
  };
}

const rows: {
  name: string;
  option: Config;
  changed?: Inputs;
  added?: Inputs;
  type?: string;
  after?: string;
}[] = [
  {
    name: "an alias for each Region's own key",
    option: { kmsKey: "alias/b" },
    changed: encryptedBy("alias/b", "alias/b"),
  },
  {
    name: "a multi-Region key",
    option: { kmsKey: MULTI_REGION_KEY },
    changed: encryptedBy(MULTI_REGION_KEY, MULTI_REGION_KEY),
  },
  {
    name: "a key for each Region",
    option: { kmsKey: { "us-west-2": KEY_OREGON, "ap-northeast-1": KEY_TOKYO } },
    changed: encryptedBy(KEY_TOKYO, KEY_OREGON),
  },
  { name: "retention", option: { retentionDays: 90 }, changed: expiringAfter(90) },
  { name: "retention, the shortest", option: { retentionDays: 1 }, changed: expiringAfter(1) },
  { name: "retention as it is anyway", option: { retentionDays: 30 } },
  {
    name: "Object Lock, governance",
    option: { objectLock: { mode: "GOVERNANCE", days: 14 } },
    added: lockedFor("GOVERNANCE", 14),
    type: "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    after: "versioning",
  },
  {
    name: "Object Lock, compliance",
    option: { objectLock: { mode: "COMPLIANCE", days: 36500 } },
    added: lockedFor("COMPLIANCE", 36500),
    type: "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    after: "versioning",
  },
  {
    name: "access logs",
    option: { accessLogBuckets: { "ap-northeast-1": "logs-tokyo", "us-west-2": "logs-oregon" } },
    added: {
      "ssm-backup-ap-northeast-1-access-logs": {
        ...{ bucket: TOKYO, region: "ap-northeast-1", targetBucket: "logs-tokyo", targetPrefix: `${TOKYO}/` },
      },
      "ssm-backup-us-west-2-access-logs": {
        ...{ bucket: OREGON, region: "us-west-2", targetBucket: "logs-oregon", targetPrefix: `${OREGON}/` },
      },
    },
    type: "aws:s3/bucketLogging:BucketLogging",
  },
];

for (const row of rows) {
  test(`options: ${row.name}`, async () => {
    const on = await run({ ...TWO_REGIONS, ...row.option });
    const { added = {}, changed = {} } = row;
    const difference = changes(await run(TWO_REGIONS), on);
    assert.deepEqual(difference, { added: Object.keys(added).sort(), removed: [], changed });
    for (const [name, inputs] of Object.entries(added)) {
      const component = name.replace(/-(object-lock|access-logs)$/, "");
      const { urn, ...made } = resourceNamed(on, name);
      assert.ok(urn.endsWith(`::${name}`));
      assert.deepEqual(made, {
        ...{ name, type: row.type, inputs, parent: component, aliases: [], provider: "" },
        dependsOn: [`${component}-bucket`, row.after === undefined ? [] : `${component}-${row.after}`].flat(),
        ...{ retainOnDelete: true, protect: false },
      });
    }
  });
}

test("options: the key of a stack of one Region", async () => {
  const config = { projectName: "jenkins-infra", environment: "dev", "aws:region": "ap-northeast-1" };
  const keyIds = [KEY_TOKYO, "11111111-2222-3333-4444-555555555555", "alias/a/b_c-d"];
  for (const kmsKey of keyIds) {
    const made = await run({ ...config, kmsKey });
    assert.deepEqual(
      resourceNamed(made, "ssm-backup-ap-northeast-1-encryption").inputs["rules"],
      rulesFor(kmsKey)["rules"],
    );
  }
});

test("options: without any there is neither lock, log, key nor copy", async () => {
  const made = await run(TWO_REGIONS);
  const types = new Set(made.resources.map(({ type }) => type.replace(/.*:/, "")));
  assert.deepEqual([...types].sort(), [
    ...["Bucket", "BucketLifecycleConfiguration", "BucketOwnershipControls", "BucketPolicy"],
    ...["BucketPublicAccessBlock", "BucketServerSideEncryptionConfiguration", "BucketVersioning"],
    ...["Metadata", "Parameter", "RegionBucket"],
  ]);
});
