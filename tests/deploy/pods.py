"""The files of deploy/kubernetes as objects, and what a kubelet makes of a container's command line."""

import copy
import json
import pathlib
import re

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
KUBERNETES = ROOT / "deploy" / "kubernetes"
COMPONENTS = ["metrics", "notices", "pod-identity"]


def documents(path: pathlib.Path) -> list[dict]:
    return [each for each in yaml.safe_load_all(path.read_text()) if each is not None]


def objects() -> list[dict]:
    """All that `kubectl apply -k` would make."""
    listed = documents(KUBERNETES / "kustomization.yaml")[0]["resources"]
    return [each for name in listed for each in documents(KUBERNETES / name)]


def only(found: list[dict], kind: str, name: str) -> dict:
    [one] = [each for each in found if (each["kind"], each["metadata"]["name"]) == (kind, name)]
    return one


def with_component(found: list[dict], name: str) -> list[dict]:
    """As kustomize does it with a component: its resources, and its patches on what they target."""
    component = documents(KUBERNETES / name / "kustomization.yaml")[0]
    found = copy.deepcopy(found)
    for resource in component.get("resources", []):
        found += documents(KUBERNETES / name / resource)
    return patched(found, component["patches"], KUBERNETES / name)


def patched(found: list[dict], patches: list[dict], directory: pathlib.Path) -> list[dict]:
    """The patches (RFC 6902) of a kustomization, which stand in it or in a file."""
    found = copy.deepcopy(found)
    for patch in patches:
        target = patch["target"]
        hit = [each for each in found if each["kind"] == target["kind"]
               and target.get("name", each["metadata"]["name"]) == each["metadata"]["name"]]
        assert hit, f"{target} is nowhere"
        text = patch["patch"] if "patch" in patch else (directory / patch["path"]).read_text()
        for each in hit:
            for operation in yaml.safe_load(text):
                apply(each, **operation)
    return found


def apply(document: dict, op: str, path: str, value=None):
    *way, last = (step.replace("~1", "/").replace("~0", "~") for step in path.strip("/").split("/"))
    place = document
    for step in way:
        place = place[int(step)] if isinstance(place, list) else place[step]
    if op == "add" and last == "-":
        place.append(json.loads(json.dumps(value)))
    elif op == "add" and isinstance(place, dict):
        place[last] = json.loads(json.dumps(value))
    elif op == "replace":
        assert last in place, f"{path} is not there"
        place[last] = value
    elif op == "remove":
        del place[last]
    else:
        raise AssertionError(f"{op} {path} is not known here")


def pod_of(cron_job: dict) -> dict:
    return cron_job["spec"]["jobTemplate"]["spec"]["template"]["spec"]


def command(found: list[dict], name: str) -> tuple[list[str], dict[str, str]]:
    """The arguments of a CronJob's one container, $(NAME) replaced, and its environment."""
    [container] = pod_of(only(found, "CronJob", name))["containers"]
    environment = {}
    for source in container["envFrom"]:
        environment |= only(found, "ConfigMap", source["configMapRef"]["name"])["data"]
    for each in container.get("env", []):
        environment[each["name"]] = each["value"]
    return [re.sub(r"\$\((\w+)\)", lambda hit: environment[hit[1]], each)
            for each in container["args"]], environment
