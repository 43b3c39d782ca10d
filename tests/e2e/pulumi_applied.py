"""What the Pulumi program registers, made with boto3: what the provider does with each resource."""


def pascal(value):
    """boto3's spelling of the provider's members."""
    if isinstance(value, dict):
        special = {"sseAlgorithm": "SSEAlgorithm", "kmsMasterKeyId": "KMSMasterKeyID", "id": "ID"}
        return {special.get(name, name[0].upper() + name[1:]): pascal(member)
                for name, member in value.items()}
    if isinstance(value, list):
        return [pascal(item) for item in value]
    return int(value) if isinstance(value, float) else value


def tag_list(tags):
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def bucket(s3, it):
    s3.create_bucket(Bucket=it["bucket"],
                     CreateBucketConfiguration={"LocationConstraint": it["region"]})
    s3.put_bucket_tagging(Bucket=it["bucket"], Tagging={"TagSet": tag_list(it["tags"])})


def block(s3, it):
    names = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    s3.put_public_access_block(
        Bucket=it["bucket"],
        PublicAccessBlockConfiguration=pascal({name: it[name] for name in names}))


def lock(s3, it):
    s3.put_object_lock_configuration(Bucket=it["bucket"], ObjectLockConfiguration=pascal(
        {"objectLockEnabled": it["objectLockEnabled"], "rule": it["rule"]}))


def logging(s3, it):
    enabled = pascal({name: it[name] for name in ("targetBucket", "targetPrefix")})
    s3.put_bucket_logging(Bucket=it["bucket"], BucketLoggingStatus={"LoggingEnabled": enabled})


def parameter(ssm, it):
    more = {"Description": it["description"]} if "description" in it else {}
    ssm.put_parameter(Name=it["name"], Type=it["type"], Value=it["value"],
                      Tags=tag_list(it["tags"]), **more)


CALLS = {
    "bucket:Bucket": bucket,
    "bucketPublicAccessBlock:BucketPublicAccessBlock": block,
    "bucketOwnershipControls:BucketOwnershipControls":
        lambda s3, it: s3.put_bucket_ownership_controls(
            Bucket=it["bucket"], OwnershipControls={"Rules": [pascal(it["rule"])]}),
    "bucketPolicy:BucketPolicy":
        lambda s3, it: s3.put_bucket_policy(Bucket=it["bucket"], Policy=it["policy"]),
    "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
        lambda s3, it: s3.put_bucket_encryption(
            Bucket=it["bucket"],
            ServerSideEncryptionConfiguration={"Rules": pascal(it["rules"])}),
    "bucketVersioning:BucketVersioning":
        lambda s3, it: s3.put_bucket_versioning(
            Bucket=it["bucket"],
            VersioningConfiguration=pascal(it["versioningConfiguration"])),
    "bucketLifecycleConfiguration:BucketLifecycleConfiguration":
        lambda s3, it: s3.put_bucket_lifecycle_configuration(
            Bucket=it["bucket"], LifecycleConfiguration={"Rules": pascal(it["rules"])}),
    "bucketObjectLockConfiguration:BucketObjectLockConfiguration": lock,
    "bucketLogging:BucketLogging": logging,
}


def make(resources, client):
    """`client(service, region)`. In the order in which they were registered, as `pulumi up` may."""
    for resource in resources:
        kind, inputs = resource["type"], resource["inputs"]
        if kind == "aws:ssm/parameter:Parameter":
            parameter(client("ssm", inputs["region"]), inputs)
        elif kind.startswith("aws:s3/"):
            CALLS[kind.removeprefix("aws:s3/")](client("s3", inputs["region"]), inputs)
        else:
            assert kind.startswith("jenkins-ssm-backup-s3:"), kind
