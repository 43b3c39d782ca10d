// Each Region's bucket and companions, attribute by attribute.
import * as assert from "node:assert/strict";
import { test } from "node:test";

import { expectedBucket } from "./support/expected";
import { componentNamed, Config, ONE_REGION, run } from "./support/run";

const OLD_NAMES = {
  bucket: "ssm-backup-bucket",
  "public-access-block": "ssm-backup-bucket-pab",
  policy: "ssm-backup-bucket-policy",
};

function inRegions(...regions: string[]): Config {
  return { ...ONE_REGION, regions, defaultRegion: regions[0] };
}

const TWENTY = Array.from({ length: 20 }, (_, index) => `eu-west-${String(index + 1)}`);

const rows: { name: string; config: Config; regions: string[]; partition?: string; former?: string }[] = [
  { name: "no list of Regions", config: ONE_REGION, regions: ["ap-northeast-1"], former: "ap-northeast-1" },
  { name: "one Region", config: inRegions("us-east-1"), regions: ["us-east-1"] },
  {
    name: "three Regions, one of them aws:region",
    config: inRegions("us-west-2", "ap-northeast-1", "eu-central-1"),
    regions: ["us-west-2", "ap-northeast-1", "eu-central-1"],
    former: "ap-northeast-1",
  },
  { name: "twenty Regions", config: inRegions(...TWENTY), regions: TWENTY },
  {
    name: "a Region named three times",
    config: inRegions("us-west-2", "eu-west-1", "us-west-2", "us-west-2"),
    regions: ["us-west-2", "eu-west-1"],
  },
  { name: "China", config: inRegions("cn-north-1"), regions: ["cn-north-1"], partition: "aws-cn" },
  {
    name: "GovCloud",
    config: inRegions("us-gov-west-1"),
    regions: ["us-gov-west-1"],
    partition: "aws-us-gov",
  },
];

for (const row of rows) {
  test(`buckets: ${row.name}`, async () => {
    const made = await run(row.config);
    for (const region of row.regions) {
      const component = `ssm-backup-${region}`;
      const expected = expectedBucket({
        component,
        region,
        bucket: `jenkins-infra-ssm-backup-dev-123456789012-${region}`,
        ...(row.partition !== undefined && { partition: row.partition }),
        ...(row.former === region && { former: OLD_NAMES }),
      });
      assert.deepEqual(componentNamed(made, component), expected);
    }
    const buckets = made.resources.filter(({ type }) => type === "aws:s3/bucket:Bucket");
    assert.equal(buckets.length, row.regions.length);
  });
}

test("buckets: the account is asked for once, and nothing else is asked", async () => {
  const made = await run(inRegions("us-west-2", "eu-west-1"));
  assert.deepEqual(made.calls, ["aws:index/getCallerIdentity:getCallerIdentity"]);
});
