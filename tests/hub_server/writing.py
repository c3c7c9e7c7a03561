"""The routes that write."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any

from tests.hub_server.routes import Answer, Request, give, route
from tests.hub_server.store import MAIN, Blob, Problem, Repo

if TYPE_CHECKING:
    from tests.hub_server.server import HubServer


@route("create_repo", "POST", "/api/repos/create")
def create_repo(hub: HubServer, request: Request) -> Answer:
    said = request.json
    if request.account is None:
        raise Problem(401, "Invalid username or password.")
    name = f"{said.get('organization') or request.account}/{said['name']}"
    if not hub.may_write(request.account, name):
        raise Problem(403, f"You don't have the rights to create a dataset under {name.partition('/')[0]}")
    if name in hub.repos:
        return give({"error": "You already created this dataset repo", "url": f"{hub.address}/datasets/{name}"}, 409)
    private = said.get("visibility") == "private" or bool(said.get("private"))
    hub.repos[name] = Repo(name, private, request.account)
    return give({"url": f"{hub.address}/datasets/{name}", "name": name})


@route("validate_yaml", "POST", "/api/validate-yaml")
def validate_yaml(hub: HubServer, request: Request) -> Answer:
    content = request.json["content"]
    errors = [] if content.startswith("---\n") else [{"message": "the card has no YAML block"}]
    return give({"errors": errors, "warnings": []}, 400 if errors else 200)


@route("preupload", "POST", "/api/datasets/{repo}/preupload/([^/]+)")
def preupload(hub: HubServer, request: Request) -> Answer:
    repo = hub.readable(request)
    tree = repo.resolve(request.parts[2]).tree
    ignored = request.json.get("gitIgnore")
    if ignored is None and ".gitignore" in tree:
        ignored = (tree[".gitignore"].content or b"").decode()
    lines = set((ignored or "").split())
    files = []
    for one in request.json["files"]:
        there = tree.get(one["path"])
        oid = None if there is None else (there.sha256 if there.large else there.oid)
        mode = repo.upload_mode(one["path"], one["size"])
        files.append({"path": one["path"], "uploadMode": mode, "shouldIgnore": one["path"] in lines, "oid": oid})
    return give({"files": files})


@route("lfs_batch", "POST", r"/datasets/([^/]+)/([^/]+)\.git/info/lfs/objects/batch")
def lfs_batch(hub: HubServer, request: Request) -> Answer:
    repo = hub.readable(request)
    objects = []
    for one in request.json["objects"]:
        found: dict[str, Any] = {"oid": one["oid"], "size": one["size"]}
        if one["oid"] not in repo.large:
            at = f"{hub.address}/lfs/{repo.name}/{one['oid']}"
            found["actions"] = {
                "upload": {"href": f"{at}?signature={hub.signature}", "header": {}},
                "verify": {"href": f"{at}/verify", "header": {}},
            }
        objects.append(found)
    return give({"transfer": "basic", "objects": objects})


@route("lfs_put", "PUT", "/lfs/{repo}/([0-9a-f]{64})")
def lfs_put(hub: HubServer, request: Request) -> Answer:
    if request.query.get("signature") != hub.signature:
        raise Problem(403, "wrong signature")
    sha256 = request.parts[2]
    if hashlib.sha256(request.body).hexdigest() != sha256:
        raise Problem(400, f"what came is not {sha256}")
    hub.repos[request.repo].large[sha256] = request.body
    return Answer(200, b"")


@route("lfs_verify", "POST", "/lfs/{repo}/([0-9a-f]{64})/verify")
def lfs_verify(hub: HubServer, request: Request) -> Answer:
    repo = hub.readable(request)
    if len(repo.large.get(request.parts[2], b"")) != request.json["size"]:
        raise Problem(404, "no such object of this size")
    return give({})


@route("commit", "POST", "/api/datasets/{repo}/commit/([^/]+)")
def commit(hub: HubServer, request: Request) -> Answer:
    repo, revision = hub.readable(request), request.parts[2]
    if revision.startswith("refs/pr/"):
        one = repo.discussion(int(revision[8:]))
        if one.status not in ("open", "draft"):
            raise Problem(403, f"pull request {one.num} is {one.status}")
        if one.author != request.account:
            hub.writable(request)
    else:
        hub.writable(request)
    head = repo.resolve(revision)
    tree, title, message = dict(head.tree), "", ""
    for line in request.body.splitlines():
        said = json.loads(line)
        value = said["value"]
        if said["key"] == "header":
            title, message = value["summary"], value["description"]
            if value.get("parentCommit") not in (None, head.oid):
                raise Problem(412, "A commit has happened since. Please refresh and try again.")
        elif said["key"] == "file":
            content = base64.b64decode(value["content"])
            if repo.upload_mode(value["path"], len(content)) == "lfs" and content:
                raise Problem(400, f"{value['path']} has to be uploaded as a large file")
            tree[value["path"]] = Blob.regular(content)
        elif said["key"] == "lfsFile":
            if value["oid"] not in repo.large:
                raise Problem(400, f"{value['path']}: {value['oid']} was not uploaded")
            tree[value["path"]] = Blob(None, value["oid"], value["size"])
        elif said["key"] == "deletedFile":
            if tree.pop(value["path"], None) is None:
                raise Problem(404, f"A file with this name doesn't exist: {value['path']}", "EntryNotFound")
        else:
            raise Problem(400, f"unknown operation {said['key']}")
    ref = MAIN if revision == "main" else revision
    made = repo.commit(ref, tree, title, message, request.account or "")
    return give({"commitUrl": f"{hub.address}/datasets/{repo.name}/commit/{made.oid}", "commitOid": made.oid})


@route("discussion_create", "POST", "/api/datasets/{repo}/discussions")
def discussion_create(hub: HubServer, request: Request) -> Answer:
    repo, said = hub.readable(request), request.json
    if request.account is None:
        raise Problem(401, "Invalid username or password.")
    one = repo.discuss(said["title"], said["description"], request.account, bool(said["pullRequest"]))
    return give({"num": one.num, "url": f"{hub.address}/datasets/{repo.name}/discussions/{one.num}"})


@route("status", "POST", r"/api/datasets/{repo}/discussions/(\d+)/status")
def status(hub: HubServer, request: Request) -> Answer:
    repo = hub.readable(request)
    one = repo.discussion(int(request.parts[2]))
    if one.author != request.account:
        hub.writable(request)
    if one.status == "merged":
        raise Problem(400, "it is merged")
    one.status = request.json["status"]
    event = repo.add_event(one, "status-change", request.account or "", {"status": one.status})
    return give({"newStatus": event})


@route("merge", "POST", r"/api/datasets/{repo}/discussions/(\d+)/merge")
def merge(hub: HubServer, request: Request) -> Answer:
    repo = hub.writable(request)
    repo.merge(int(request.parts[2]), request.account or "")
    return give({})


@route("tag", "POST", "/api/datasets/{repo}/tag/([^/]+)")
def tag(hub: HubServer, request: Request) -> Answer:
    repo, name = hub.writable(request), request.json["tag"]
    if name in repo.tags:
        raise Problem(409, f"Tag {name} already exists")
    repo.refs[f"refs/tags/{name}"] = repo.resolve(request.parts[2]).oid
    return give({})
