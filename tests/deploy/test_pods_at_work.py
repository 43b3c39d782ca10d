"""deploy/kubernetes: the command lines of the pods at work, with each identity that EKS may give them."""

import http.server
import json
import threading

import pods
from deploy_world import BUILD, world  # noqa: F401  (a fixture)
from notice_sinks import Web

OBJECTS = pods.objects()


def run(world, name: str, found=OBJECTS, replaced: dict[str, str] | None = None, **environment: str):  # noqa: F811
    arguments, variables = pods.command(found, name)
    for path, here in {"/work": str(world.directory / "work"), **(replaced or {})}.items():
        hit = [each for each in arguments if f"={path}" in each]
        assert hit, f"{path} is nowhere in {arguments}"
        arguments = [each.replace(f"={path}", f"={here}") for each in arguments]
    return world.call(BUILD / "ssm-backup", *arguments, **variables, **environment)


def test_the_command_lines_work(world):  # noqa: F811
    backup = run(world, "ssm-backup")
    assert backup.returncode == 0, backup.stdout
    assert "done and complete: 24 parameters of 3 Regions" in backup.stdout
    drill = run(world, "ssm-backup-drill")
    assert drill.returncode == 0, drill.stdout
    assert json.loads((world.directory / "work" / "drill.json").read_text())["proven"] is True


def test_incomplete_is_told_by_the_exit_code_and_by_the_notice(world):  # noqa: F811
    world.deny_key("us-west-2", "/app/dev/db/password")
    found = pods.with_component(OBJECTS, "notices")
    sink = Web()
    config = pods.only(found, "ConfigMap", "ssm-backup-notices")["data"]["notify.yaml"]
    assert "file:/run/secrets/ssm-backup/slack" in config
    (world.directory / "notify.yaml").write_text(
        config.replace("/run/secrets/ssm-backup", str(world.directory)))
    (world.directory / "slack").write_text(f"{sink.url}/services/x\n")
    try:
        done = run(world, "ssm-backup", found, {"/etc/ssm-backup": str(world.directory)})
        assert done.returncode == 3, done.stdout
        assert "/app/dev/db/password" in "\n".join(done.stdout.splitlines()[-25:])  # of the pod's status
        [(path, _, notice)] = sink.posts
        assert path == "/services/x"
        assert "[FAIL]" in json.dumps(notice)
    finally:
        sink.stop()


def test_the_metrics_are_pushed_where_the_component_says(world):  # noqa: F811
    found = pods.with_component(OBJECTS, "metrics")
    config = pods.only(found, "ConfigMap", "ssm-backup")["data"]
    assert config["SSM_BACKUP_METRICS_PUSH"] == "http://pushgateway.monitoring:9091"
    sink = Web()
    config["SSM_BACKUP_METRICS_PUSH"] = sink.url
    try:
        for name in ("ssm-backup", "ssm-backup-drill"):
            done = run(world, name, found)
            assert done.returncode == 0, done.stdout
    finally:
        sink.stop()
    paths = [path for path, _, _ in sink.posts]
    for command in ("backup", "drill"):
        group = f"/metrics/job/ssm_backup/env/dev/command/{command}"
        assert {group, f"{group}/region/us-west-2"} <= set(paths)


def test_the_token_of_a_service_account_is_an_identity(world):  # noqa: F811
    """What EKS's webhook sets for a role's annotation, in place of keys."""
    (world.directory / "token").write_text("a token of Kubernetes\n")
    account = pods.only(OBJECTS, "ServiceAccount", "ssm-backup")
    done = run(world, "ssm-backup", AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="",
               AWS_ROLE_ARN=account["metadata"]["annotations"]["eks.amazonaws.com/role-arn"],
               AWS_WEB_IDENTITY_TOKEN_FILE=str(world.directory / "token"))
    assert done.returncode == 0, done.stdout


def test_an_agent_of_pod_identity_is_asked_with_the_pod_s_token(world):  # noqa: F811
    """What EKS sets for an association: the agent's address, and the file with what it wants to see."""
    asked = []

    class Agent(http.server.BaseHTTPRequestHandler):
        def do_GET(self):  # noqa: N802
            asked.append((self.path, self.headers["Authorization"]))
            answer = json.dumps({"AccessKeyId": "ASIAPOD", "SecretAccessKey": "s3cret", "Token": "t0ken",
                                 "Expiration": "2099-01-01T00:00:00Z"}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    agent = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Agent)
    threading.Thread(target=agent.serve_forever, daemon=True).start()
    (world.directory / "token").write_text("eyJ.of.pod\n")
    try:
        url = f"http://127.0.0.1:{agent.server_address[1]}/v1/credentials"
        done = run(world, "ssm-backup", AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="",
                   AWS_CONTAINER_CREDENTIALS_FULL_URI=url,
                   AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=str(world.directory / "token"))
    finally:
        agent.shutdown()
        agent.server_close()
    assert done.returncode == 0, done.stdout
    assert asked == [("/v1/credentials", "eyJ.of.pod")]
