// What the engine would do to go from one run of the program to another.
import { isDeepStrictEqual } from "node:util";

import { Registered, Seen } from "./recording";

export interface Changes {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: Readonly<Record<string, Readonly<Record<string, unknown>>>>; // to the new values
}

// dependsOn is left out: it orders the work and is no reason for any.
const OPTIONS = ["parent", "aliases", "provider", "retainOnDelete", "protect"] as const;

function byUrn(seen: Seen): Map<string, Registered> {
  return new Map(seen.resources.map((resource) => [resource.urn, resource]));
}

function differences(before: Registered, after: Registered): Record<string, unknown> {
  const keys = new Set([...Object.keys(before.inputs), ...Object.keys(after.inputs)]);
  const inputs = [...keys].filter((key) => !isDeepStrictEqual(before.inputs[key], after.inputs[key]));
  const options = OPTIONS.filter((key) => !isDeepStrictEqual(before[key], after[key]));
  return Object.fromEntries([
    ...inputs.map((key) => [key, after.inputs[key]] as const),
    ...options.map((key) => [`option ${key}`, after[key]] as const),
  ]);
}

export function changes(before: Seen, after: Seen): Changes {
  const [old, now] = [byUrn(before), byUrn(after)];
  const lacking = (from: Map<string, Registered>, there: Map<string, Registered>) =>
    [...from.values()].filter(({ urn }) => !there.has(urn)).map(({ name }) => name);
  const changed = [...now.values()].flatMap((after_) => {
    const before_ = old.get(after_.urn);
    const different = before_ ? differences(before_, after_) : {};
    return Object.keys(different).length === 0 ? [] : [[after_.name, different] as const];
  });
  return {
    added: lacking(now, old).sort(),
    removed: lacking(old, now).sort(),
    changed: Object.fromEntries(changed),
  };
}
