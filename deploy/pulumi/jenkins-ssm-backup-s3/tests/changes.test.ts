// Names stay stable: a change of the list touches what it names and the list itself, nothing else.
import * as assert from "node:assert/strict";
import { test } from "node:test";

import { Changes, changes } from "./support/changes";
import { Config, run, TWO_REGIONS } from "./support/run";

const BUCKET = "jenkins-infra-ssm-backup-dev-123456789012-";

// All that one Region brings.
function resourcesOf(region: string): string[] {
  const endings = [
    "bucket",
    "encryption",
    "lifecycle",
    "ownership",
    "policy",
    "public-access-block",
    "versioning",
  ];
  return [
    `ssm-backup-${region}`,
    ...endings.map((ending) => `ssm-backup-${region}-${ending}`),
    `ssm-backup-bucket-name-${region}`,
  ].sort();
}

function listOf(...regions: string[]): Record<string, Record<string, unknown>> {
  return { "ssm-backup-region-list": { value: JSON.stringify(regions) } };
}

const NONE: Changes = { added: [], removed: [], changed: {} };

const rows: { name: string; after: Config; expected: Changes }[] = [
  { name: "nothing", after: {}, expected: NONE },
  {
    name: "a Region added at the end",
    after: { regions: ["ap-northeast-1", "us-west-2", "eu-west-1"] },
    expected: {
      added: resourcesOf("eu-west-1"),
      removed: [],
      changed: listOf("ap-northeast-1", "us-west-2", "eu-west-1"),
    },
  },
  {
    name: "a Region added in front",
    after: { regions: ["eu-west-1", "ap-northeast-1", "us-west-2"] },
    expected: {
      added: resourcesOf("eu-west-1"),
      removed: [],
      changed: listOf("eu-west-1", "ap-northeast-1", "us-west-2"),
    },
  },
  {
    name: "a Region removed",
    after: { regions: ["ap-northeast-1"] },
    expected: { added: [], removed: resourcesOf("us-west-2"), changed: listOf("ap-northeast-1") },
  },
  {
    name: "another order",
    after: { regions: ["us-west-2", "ap-northeast-1"] },
    expected: { ...NONE, changed: listOf("us-west-2", "ap-northeast-1") },
  },
  {
    name: "a Region repeated",
    after: { regions: ["ap-northeast-1", "us-west-2", "ap-northeast-1"] },
    expected: NONE,
  },
  {
    name: "another default Region, the home Region as it was",
    after: { defaultRegion: "us-west-2", ssmHomeRegion: "ap-northeast-1" },
    expected: {
      ...NONE,
      changed: {
        "ssm-backup-default-region": { value: "us-west-2" },
        "ssm-backup-bucket-name": { value: `${BUCKET}us-west-2` },
      },
    },
  },
  {
    name: "the home Region said, which it was anyway",
    after: { ssmHomeRegion: "ap-northeast-1" },
    expected: NONE,
  },
  {
    name: "another aws:region: names under which an old state may know a bucket, no more",
    after: { "aws:region": "eu-west-1" },
    expected: {
      ...NONE,
      changed: {
        "ssm-backup-ap-northeast-1-bucket": { "option aliases": ["ssm-backup-ap-northeast-1-bucket"] },
        "ssm-backup-ap-northeast-1-public-access-block": { "option aliases": [] },
        "ssm-backup-ap-northeast-1-policy": { "option aliases": [] },
      },
    },
  },
];

for (const row of rows) {
  test(`changes: ${row.name}`, async () => {
    const before = await run(TWO_REGIONS);
    const after = await run({ ...TWO_REGIONS, ...row.after });
    assert.deepEqual(changes(before, after), row.expected);
  });
}

test("changes: whatever leaves the stack, buckets and companions stay in AWS", async () => {
  const { removed } = changes(
    await run(TWO_REGIONS),
    await run({ ...TWO_REGIONS, regions: ["ap-northeast-1"] }),
  );
  const gone = (await run(TWO_REGIONS)).resources.filter(({ name }) => removed.includes(name));
  const kept = gone.filter(({ retainOnDelete }) => retainOnDelete).map(({ name }) => name);
  const custom = gone.filter(({ type }) => type.startsWith("aws:"));
  assert.deepEqual(
    custom.map(({ name }) => name).filter((name) => !kept.includes(name)),
    ["ssm-backup-bucket-name-us-west-2"],
  );
});
