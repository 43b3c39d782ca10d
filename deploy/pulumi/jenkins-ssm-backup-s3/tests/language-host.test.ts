// The program as `pulumi up` starts it: compiled by Pulumi's own launcher, in a process of its own.
import * as assert from "node:assert/strict";
import { test } from "node:test";

import { launch } from "./support/language-host";
import { asTexts, run, TWO_REGIONS } from "./support/run";

const CONFIG = { ...TWO_REGIONS, kmsKey: "alias/b", copy: { region: "eu-west-1" } };

test("launched by Pulumi: registers the same resources and outputs as under the mocks", async () => {
  const launched = await launch(asTexts(CONFIG));
  assert.deepEqual([launched.exitCode, launched.errors, launched.printed], [0, [], ""]);
  const made = await run(CONFIG);
  // That engine is told neither stack nor project, which URNs begin with.
  const byName = (resources: typeof made.resources) =>
    Object.fromEntries(
      resources.map(({ urn, ...rest }) => [urn.replace(/^urn:pulumi:[^:]*::[^:]*::/, ""), rest]),
    );
  assert.deepEqual(byName(launched.resources), byName(made.resources));
  assert.deepEqual(launched.outputs, made.outputs);
});

test("launched by Pulumi: a wrong configuration is one line, no stack trace, no resource", async () => {
  const launched = await launch(asTexts({ ...CONFIG, regions: [] }));
  assert.notEqual(launched.exitCode, 0);
  assert.deepEqual(launched.errors, [
    "the configuration's key jenkins-ssm-backup-s3:regions must be a list with at least one entry. " +
      "Nothing was changed: correct Pulumi.dev.yaml and run again",
  ]);
  assert.deepEqual([launched.resources, launched.calls, launched.printed], [[], [], ""]);
});
