// A table of configurations that the program must not take.
import * as assert from "node:assert/strict";
import { test } from "node:test";

import * as pulumi from "@pulumi/pulumi";

import { Config, runRefused, TWO_REGIONS } from "./run";

export interface Row {
  readonly name: string;
  readonly but: Config; // over two good Regions; undefined takes a key away
  readonly says: string; // how the reason begins; keys without a prefix are the project's own
}

function without(config: Config): Config {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
}

// One clear line each, before anything is registered or asked.
export function testRefusals(rows: readonly Row[]): void {
  for (const row of rows) {
    test(`refused: ${row.name}`, async () => {
      const { error, resources, calls } = await runRefused(without({ ...TWO_REGIONS, ...row.but }));
      assert.ok(pulumi.RunError.isInstance(error), `not refused with a RunError: ${String(error)}`);
      const key = row.says.startsWith("aws:") ? row.says : `jenkins-ssm-backup-s3:${row.says}`;
      const begins = `the configuration's key ${key}`;
      assert.equal(error.message.slice(0, begins.length), begins);
      assert.match(error.message, /\. Nothing was changed: correct Pulumi\.dev\.yaml and run again$/);
      assert.deepEqual({ resources, calls }, { resources: [], calls: [] });
    });
  }
}
