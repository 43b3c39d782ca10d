// The option `copy`: a bucket in another Region, or in another account, for `backup --copy-to`.
import { Field, Fields } from "./field";
import { isKeyArn, readKmsKey, readLogBucket } from "./options";

export interface OtherAccount {
  readonly id: string;
  readonly roleArn: string; // may make buckets there
  readonly writers: readonly string[]; // principals of the backup's account that may add copies
}

export interface Copy {
  readonly region: string;
  readonly account: OtherAccount | undefined; // undefined: the backup's own
  readonly kmsKey: string | undefined;
  readonly accessLogBucket: string | undefined;
}

const ROLE_ARN = /^arn:aws[a-z-]*:iam::(\d{12}):role\/[\w+=,.@/-]+$/;
const PRINCIPAL_ARN = /^arn:aws[a-z-]*:iam::\d{12}:(root|(role|user)\/[\w+=,.@/-]+)$/;

function isPrincipal(text: string): boolean {
  return PRINCIPAL_ARN.test(text);
}

// Another account's bucket has to name who may write to it; for our own account's IAM decides.
function readAccount(fields: Fields): OtherAccount | undefined {
  const role = fields.get("roleArn");
  if (role === undefined) {
    if (fields.get("writers") === undefined) return undefined;
    throw fields.error(
      "writers",
      "is for a copy in another account: name the roleArn that makes it there, too",
    );
  }
  const roleArn = role.textThat((text) => ROLE_ARN.test(text), "which is no role's ARN");
  const writers = fields
    .required("writers")
    .list()
    .map((entry) => entry.textThat(isPrincipal, "which is no ARN of a role, a user or an account's root"));
  return { id: ROLE_ARN.exec(roleArn)?.[1] ?? "", roleArn, writers };
}

function readKey(fields: Fields, region: string, account: OtherAccount | undefined): string | undefined {
  const field = fields.get("kmsKey");
  if (field === undefined) return undefined;
  const key = readKmsKey(region, field);
  if (account === undefined || isKeyArn(key)) return key;
  throw field.error("must be an ARN: S3 looks for any other name in the account that uploads");
}

export function readCopy(field: Field | undefined, regions: readonly string[]): Copy | undefined {
  if (field === undefined) return undefined;
  const fields = field.map();
  fields.allowOnly(["region", "roleArn", "writers", "kmsKey", "accessLogBucket"]);
  const region = fields.required("region").region();
  const account = readAccount(fields);
  if (account === undefined && regions.includes(region)) {
    throw fields.error(
      "region",
      `is '${region}', which regions holds: the copy of its own backups would be lost with them ` +
        "(name another Region, or the roleArn of another account)",
    );
  }
  const log = fields.get("accessLogBucket");
  return {
    region,
    account,
    kmsKey: readKey(fields, region, account),
    accessLogBucket: log && readLogBucket(region, log),
  };
}
