#!/usr/bin/env python3
"""Backs up SSM parameters as a straightforward program on boto3 does: listing, reading by ten in
sixteen threads, and tags in bulk run at once; then one JSON document goes to S3.

usage: peer.py REGION BUCKET KEY
"""

import concurrent.futures
import json
import sys
import threading

import boto3
from botocore.config import Config

WORKERS = 16


def read_batch(ssm, batch):
    listed = {metadata["Name"]: metadata for metadata in batch}
    answer = ssm.get_parameters(Names=list(listed), WithDecryption=True)
    if answer["InvalidParameters"]:
        raise RuntimeError(f"not read: {answer['InvalidParameters']}")
    return [{**listed[value["Name"]], **value} for value in answer["Parameters"]]


def read_tags(tagging):
    pages = tagging.get_paginator("get_resources").paginate(
        ResourceTypeFilters=["ssm:parameter"], ResourcesPerPage=100
    )
    return {
        resource["ResourceARN"]: {tag["Key"]: tag["Value"] for tag in resource["Tags"]}
        for page in pages
        for resource in page["ResourceTagMappingList"]
    }


def collect(ssm, tagging):
    room = threading.Semaphore(2 * WORKERS)  # the listing does not run away from the readers
    with concurrent.futures.ThreadPoolExecutor(WORKERS + 1) as pool:
        tags = pool.submit(read_tags, tagging)
        reads = []
        for page in ssm.get_paginator("describe_parameters").paginate(MaxResults=50):
            entries = page["Parameters"]
            for first in range(0, len(entries), 10):
                room.acquire()
                read = pool.submit(read_batch, ssm, entries[first : first + 10])
                read.add_done_callback(lambda _: room.release())
                reads.append(read)
        records = [record for read in reads for record in read.result()]
        for record in records:
            record["Tags"] = tags.result().get(record["ARN"], {})
    return records


def main():
    region, bucket, key = sys.argv[1:]
    settings = Config(max_pool_connections=WORKERS + 1)
    session = boto3.session.Session(region_name=region)
    ssm, tagging, s3 = (
        session.client(service, config=settings)
        for service in ("ssm", "resourcegroupstaggingapi", "s3")
    )
    records = collect(ssm, tagging)
    document = json.dumps(
        {"region": region, "parameters": records}, default=lambda date: date.isoformat()
    )
    s3.put_object(Bucket=bucket, Key=key, Body=document.encode(), ContentType="application/json")
    print(len(records), "parameters")


if __name__ == "__main__":
    main()
