// The bucket's policy: no access without TLS, no object without encryption. Pure.

export interface PolicyFacts {
  readonly bucketArn: string;
  readonly algorithm: "AES256" | "aws:kms";
  readonly writers: readonly string[]; // principals of another account that may add objects
}

function denials(facts: PolicyFacts): object[] {
  const objects = `${facts.bucketArn}/*`;
  return [
    {
      Sid: "DenyInsecureConnections",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [facts.bucketArn, objects],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    {
      Sid: "DenyUnencryptedObjectUploads",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:PutObject",
      Resource: objects,
      Condition: { StringNotEquals: { "s3:x-amz-server-side-encryption": facts.algorithm } },
    },
  ];
}

// What `backup --copy-to` and a restore from the copy need; nothing that removes a version.
function permissions(facts: PolicyFacts): object[] {
  if (facts.writers.length === 0) return [];
  const principal = { AWS: facts.writers };
  return [
    {
      Sid: "AllowCopiesToBeAdded",
      Effect: "Allow",
      Principal: principal,
      Action: ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
      Resource: `${facts.bucketArn}/*`,
    },
    {
      Sid: "AllowCopiesToBeListed",
      Effect: "Allow",
      Principal: principal,
      Action: ["s3:GetEncryptionConfiguration", "s3:ListBucket"],
      Resource: facts.bucketArn,
    },
  ];
}

export function bucketPolicy(facts: PolicyFacts): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [...denials(facts), ...permissions(facts)] });
}
