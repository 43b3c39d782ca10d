"""deploy/kubernetes: the published schemas, and what a locked-down pod is."""

import copy
import copy
import json
import re

import kubernetes_validate
import pods
import pytest
import yaml
from deploy_world import ROOT
from dockerfile_of_ours import STAGES

OBJECTS = pods.objects()
CRON_JOBS = ["ssm-backup", "ssm-backup-drill"]
VARIANTS = {"base": OBJECTS} | {name: pods.with_component(OBJECTS, name) for name in pods.COMPONENTS}
VERSIONS = ["1.29", "1.31", "1.33", "1.35", "1.37"]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("variant", VARIANTS)
def test_the_published_schemas_take_it(variant, version):
    for each in VARIANTS[variant]:
        kubernetes_validate.validate(each, version, strict=True)


def test_a_word_that_no_schema_knows_is_found():
    wrong = copy.deepcopy(pods.only(OBJECTS, "CronJob", "ssm-backup"))
    wrong["spec"]["jobTemplate"]["spec"]["activeDeadlineSecond"] = 1
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, "1.37", strict=True)


def test_every_file_is_used_and_in_the_namespace():
    kustomization = pods.documents(pods.KUBERNETES / "kustomization.yaml")[0]
    there = {path.name for path in pods.KUBERNETES.glob("*.yaml")} - {"kustomization.yaml"}
    assert set(kustomization["resources"]) == there
    assert {path.name for path in pods.KUBERNETES.iterdir() if path.is_dir()} == set(pods.COMPONENTS)
    namespaces = {each["metadata"].get("namespace", each["metadata"]["name"]) for each in OBJECTS}
    assert namespaces == {kustomization["namespace"]} == {"ssm-backup"}


def of_pod_security(pod: dict) -> list[str]:
    """What of the standard "restricted" a pod does not keep, and what of our own rules."""
    found = []

    def wants(what: str, held: bool):
        if not held:
            found.append(what)

    security = pod.get("securityContext", {})
    wants("non-root", security.get("runAsNonRoot") is True and security.get("runAsUser", 0) > 0
          and security.get("runAsGroup", 0) > 0)
    wants("seccomp", security.get("seccompProfile") == {"type": "RuntimeDefault"})
    wants("no host", not any(pod.get(name) for name in ("hostNetwork", "hostPID", "hostIPC", "hostUsers")))
    wants("volumes", all(set(volume) - {"name"} <= {"emptyDir", "configMap", "secret"}
                         for volume in pod["volumes"]))
    wants("bounded volumes", all(volume["emptyDir"].get("sizeLimit") for volume in pod["volumes"]
                                 if "emptyDir" in volume))
    wants("no token of Kubernetes", pod.get("automountServiceAccountToken") is False)
    wants("one container", len(pod["containers"]) == 1 and not pod.get("initContainers"))
    for container in pod["containers"]:
        own = container.get("securityContext", {})
        wants("no escalation", own.get("allowPrivilegeEscalation") is False)
        wants("no capabilities", own.get("capabilities") == {"drop": ["ALL"]})
        wants("not privileged", not own.get("privileged"))
        wants("read-only root", own.get("readOnlyRootFilesystem") is True)
        wants("nothing else", set(own) <= {"allowPrivilegeEscalation", "capabilities", "privileged",
                                           "readOnlyRootFilesystem"})
        wants("bounded memory", bool(container["resources"]["limits"].get("memory")))
        wants("no ports", not container.get("ports"))
        wants("no secret in the environment", "env" not in container and all(
            set(source) == {"configMapRef"} for source in container["envFrom"]))
    return found


@pytest.mark.parametrize("name", CRON_JOBS)
@pytest.mark.parametrize("variant", VARIANTS)
def test_the_pod_is_locked_down(variant, name):
    assert of_pod_security(pods.pod_of(pods.only(VARIANTS[variant], "CronJob", name))) == []


PLANTED = [
    # what is found, where it stands, what it is set to
    ("non-root", ["securityContext", "runAsNonRoot"], False),
    ("non-root", ["securityContext", "runAsUser"], 0),
    ("seccomp", ["securityContext", "seccompProfile", "type"], "Unconfined"),
    ("no host", ["hostNetwork"], True),
    ("volumes", ["volumes", 0], {"name": "work", "hostPath": {"path": "/"}}),
    ("bounded volumes", ["volumes", 0, "emptyDir"], {}),
    ("no token of Kubernetes", ["automountServiceAccountToken"], True),
    ("no escalation", ["containers", 0, "securityContext", "allowPrivilegeEscalation"], True),
    ("no capabilities", ["containers", 0, "securityContext", "capabilities", "drop"], ["NET_RAW"]),
    ("not privileged", ["containers", 0, "securityContext", "privileged"], True),
    ("read-only root", ["containers", 0, "securityContext", "readOnlyRootFilesystem"], False),
    ("nothing else", ["containers", 0, "securityContext", "runAsUser"], 1),
    ("bounded memory", ["containers", 0, "resources", "limits", "memory"], ""),
    ("no secret in the environment", ["containers", 0, "env"], [{"name": "A", "value": "b"}]),
]


@pytest.mark.parametrize("row", PLANTED, ids=lambda row: f"{row[0]}: {row[1][-1]}")
def test_a_pod_that_is_not_is_found(row):
    what, way, value = row
    pod = copy.deepcopy(pods.pod_of(pods.only(OBJECTS, "CronJob", "ssm-backup")))
    place = pod
    for step in way[:-1]:
        place = place[step]
    place[way[-1]] = value
    assert of_pod_security(pod) == [what]


def test_the_namespace_enforces_it():
    labels = pods.only(OBJECTS, "Namespace", "ssm-backup")["metadata"]["labels"]
    assert {labels[f"pod-security.kubernetes.io/{mode}"] for mode in ("enforce", "audit", "warn")} == {
        "restricted"}


def test_a_service_account_each_and_its_role():
    roles = []
    for name in CRON_JOBS:
        account = pods.only(OBJECTS, "ServiceAccount", name)
        assert pods.pod_of(pods.only(OBJECTS, "CronJob", name))["serviceAccountName"] == name
        assert account["automountServiceAccountToken"] is False
        roles.append(account["metadata"]["annotations"]["eks.amazonaws.com/role-arn"])
        assert "annotations" not in pods.only(
            VARIANTS["pod-identity"], "ServiceAccount", name)["metadata"]
    assert len(set(roles)) == 2


@pytest.mark.parametrize("name", CRON_JOBS)
def test_when_it_runs_and_how_it_fails(name):
    spec = pods.only(OBJECTS, "CronJob", name)["spec"]
    job = spec["jobTemplate"]["spec"]
    wanted = {"ssm-backup": "0 22 * * *", "ssm-backup-drill": "0 2 * * 1"}
    assert (spec["schedule"], spec["timeZone"]) == (wanted[name], "Asia/Tokyo")
    assert spec["concurrencyPolicy"] == "Forbid"
    assert spec["startingDeadlineSeconds"] + job["activeDeadlineSeconds"] < 24 * 3600
    assert spec["failedJobsHistoryLimit"] >= 7  # a week of failures can be looked at
    assert job["backoffLimit"] == 0
    assert job["template"]["spec"]["restartPolicy"] == "Never"
    fails, ignores = job["podFailurePolicy"]["rules"]
    assert (fails["action"], fails["onExitCodes"]["operator"]) == ("FailJob", "In")
    # Every exit code of the program that is not 0, incomplete among them; 130 and 143 are a signal's.
    assert fails["onExitCodes"]["values"] == [1, 2, 3, 4]
    assert fails["onExitCodes"]["containerName"] == job["template"]["spec"]["containers"][0]["name"]
    assert ignores == {"action": "Ignore",
                       "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}
    assert job["template"]["spec"]["containers"][0]["terminationMessagePolicy"] == "FallbackToLogsOnError"


def test_the_two_differ_in_what_they_run_only():
    backup, drill = (copy.deepcopy(pods.only(OBJECTS, "CronJob", name)) for name in CRON_JOBS)
    args = drill["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["args"]
    args.remove("--record")  # for `report`: only a drill has it
    text = json.dumps(drill)
    for theirs, ours in [('"ssm-backup-drill"', '"ssm-backup"'), ('"drill"', '"backup"'),
                         ("0 2 * * 1", "0 22 * * *")]:
        assert theirs in text
        text = text.replace(theirs, ours)
    assert json.loads(text) == backup


def egress(found: list[dict]) -> set[tuple]:
    policy = pods.only(found, "NetworkPolicy", "ssm-backup")["spec"]
    assert policy["podSelector"] == {}
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert policy["ingress"] == []
    return {(name_of(to), port["protocol"], port["port"])
            for rule in policy["egress"] for to in rule["to"] for port in rule["ports"]}


def name_of(to: dict) -> str:
    """A range of addresses, or "namespace/label of the pods"."""
    if "ipBlock" in to:
        return to["ipBlock"]["cidr"]
    [pods_are] = to["podSelector"]["matchLabels"].values()
    return to["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"] + "/" + pods_are


def test_what_goes_out_is_names_and_https():
    wanted = {(to, protocol, 53) for to in ("kube-system/kube-dns", "169.254.20.10/32") for protocol in ("UDP", "TCP")}
    wanted |= {(to, "TCP", 443) for to in ("0.0.0.0/0", "::/0")}
    assert egress(OBJECTS) == egress(VARIANTS["notices"]) == wanted
    assert egress(VARIANTS["pod-identity"]) - wanted == {
        (to, "TCP", 80) for to in ("169.254.170.23/32", "fd00:ec2::23/128")}


def test_the_pods_reach_the_pushgateway_that_they_are_told():
    more = egress(VARIANTS["metrics"]) - egress(OBJECTS)
    assert more == {("monitoring/prometheus-pushgateway", "TCP", 9091)}
    for name in CRON_JOBS:
        _, environment = pods.command(VARIANTS["metrics"], name)
        host, port = re.fullmatch(r"http://([\w.-]+):(\d+)", environment["SSM_BACKUP_METRICS_PUSH"]).groups()
        assert (host.split(".")[1], int(port)) == ("monitoring", 9091)
        assert "SSM_BACKUP_METRICS_PUSH" not in pods.command(OBJECTS, name)[1]


@pytest.mark.parametrize("name", CRON_JOBS)
def test_the_image_is_the_dockerfile_s(name):
    pod = pods.pod_of(pods.only(OBJECTS, "CronJob", name))
    [container] = pod["containers"]
    image = STAGES[-1]
    assert "command" not in container
    assert image.last("ENTRYPOINT").words() == ["/usr/local/bin/ssm-backup"]
    own = pod["securityContext"]
    assert image.last("USER").text == f"{own['runAsUser']}:{own['runAsGroup']}"
    assert own["fsGroup"] == own["runAsGroup"]
    [mount] = container["volumeMounts"]
    assert f"--work-dir={mount['mountPath']}" in container["args"]
    assert container["image"] in {
        each["name"] for each in pods.documents(pods.KUBERNETES / "kustomization.yaml")[0]["images"]}


def test_what_the_notices_mount_is_where_they_look():
    found = VARIANTS["notices"]
    pod = pods.pod_of(pods.only(found, "CronJob", "ssm-backup"))
    mounts = {mount["name"]: mount for mount in pod["containers"][0]["volumeMounts"]}
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    assert (mounts["notices"]["mountPath"], mounts["notices"]["readOnly"]) == ("/etc/ssm-backup", True)
    assert volumes["notices"]["configMap"]["name"] == "ssm-backup-notices"
    secret = mounts["notice-secrets"]
    assert (secret["mountPath"], secret["readOnly"]) == ("/run/secrets/ssm-backup", True)
    # The group of the pod (fsGroup) reads it, nobody else.
    assert volumes["notice-secrets"]["secret"] == {
        "secretName": "ssm-backup-notices", "defaultMode": 0o440}


README = (ROOT / "deploy" / "README.md").read_text()


def test_the_readme_names_every_component():
    assert [name for name in pods.COMPONENTS if f"`kubernetes/{name}`" not in README] == []


def test_the_readme_s_other_environment():
    [text] = re.findall(r"```yaml\n(# prod/.*?)```", README, re.DOTALL)
    prod = yaml.safe_load(text)
    assert prod["resources"] == ["../deploy/kubernetes"]
    assert prod["components"] == ["../deploy/kubernetes/notices"]
    found = pods.patched(VARIANTS["notices"], prod["patches"], ROOT)
    for each in found:
        kubernetes_validate.validate(each, "1.37", strict=True)
    arguments, _ = pods.command(found, "ssm-backup")
    assert {"--env=prod", "--copy-to=s3://BUCKET,region=eu-west-1",
            "--notify=/etc/ssm-backup/notify.yaml"} <= set(arguments)
    assert "-dev" not in json.dumps([each for each in found if each["kind"] == "ServiceAccount"])
