"""The routes that read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote

from tests.hub_server.routes import Answer, Request, give, route
from tests.hub_server.store import DATE, Blob, Discussion, Problem, Repo

if TYPE_CHECKING:
    from tests.hub_server.server import HubServer


@route("whoami", "GET", "/api/whoami-v2")
def whoami(hub: HubServer, request: Request) -> Answer:
    if request.account is None:
        raise Problem(401, "Invalid credentials in Authorization header")
    orgs = [{"name": one} for one in sorted(hub.rights.get(request.account, ()))]
    return give({"type": "user", "name": request.account, "orgs": orgs})


@route("harnesses", "GET", "/api/agent-harnesses")
def harnesses(hub: HubServer, request: Request) -> Answer:
    return give({"standardEnvVars": [], "harnesses": {}})


@route("info", "GET", "/api/datasets/{repo}(?:/revision/([^/]+))?")
def info(hub: HubServer, request: Request) -> Answer:
    repo = hub.readable(request)
    commit = repo.resolve(request.parts[2] or "main")
    siblings: list[dict[str, Any]] = []
    for path, blob in sorted(commit.tree.items()):
        sibling: dict[str, Any] = {"rfilename": path}
        if "blobs" in request.query:
            sibling |= {"size": blob.size, "blobId": blob.oid}
            if blob.large:
                sibling["lfs"] = {"sha256": blob.sha256, "size": blob.size, "pointerSize": len(blob.pointer)}
        siblings.append(sibling)
    return give(
        {
            "id": repo.name, "author": request.parts[0], "sha": commit.oid, "private": repo.private,
            "gated": repo.gated,
            "disabled": False, "lastModified": DATE, "createdAt": DATE, "tags": [], "downloads": 0, "likes": 0,
            "siblings": siblings,
        }
    )  # fmt: skip


@route("auth", "GET", "/api/datasets/{repo}/auth-check(/write)?")
def auth(hub: HubServer, request: Request) -> Answer:
    if request.parts[2]:
        hub.writable(request)
    else:
        hub.readable(request)
    return give({})


@route("refs", "GET", "/api/datasets/{repo}/refs")
def refs(hub: HubServer, request: Request) -> Answer:
    repo = hub.readable(request)

    def named(prefix: str) -> list[dict[str, str]]:
        return [
            {"name": ref.removeprefix(prefix), "ref": ref, "targetCommit": oid}
            for ref, oid in sorted(repo.refs.items())
            if ref.startswith(prefix)
        ]

    found: dict[str, Any] = {"branches": named("refs/heads/"), "converts": [], "tags": named("refs/tags/")}
    if "include_prs" in request.query:
        found["pullRequests"] = named("refs/pr/")
    return give(found)


@route("commits", "GET", "/api/datasets/{repo}/commits/([^/]+)")
def commits(hub: HubServer, request: Request) -> Answer:
    repo = hub.readable(request)
    every = [
        {"id": one.oid, "title": one.title, "message": one.message, "date": DATE, "authors": [{"user": one.author}]}
        for one in repo.history(request.parts[2])
    ]
    return _paged(hub, request, f"/api/datasets/{repo.name}/commits/{quote(request.parts[2], safe='')}", every)


def _paged(hub: HubServer, request: Request, path: str, every: list[Any]) -> Answer:
    start = int(request.query.get("cursor", 0))
    page = every[start : start + hub.page]
    headers = {}
    if start + hub.page < len(every):
        kept = "&".join(f"{k}={quote(v)}" for k, v in request.query.items() if k != "cursor")
        headers["Link"] = f'<{hub.address}{path}?{kept}&cursor={start + hub.page}>; rel="next"'
    return give(page, **headers)


def _entry(path: str, blob: Blob, expand: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "file", "oid": blob.oid, "size": blob.size, "path": path}
    if blob.large:
        found["lfs"] = {"oid": blob.sha256, "size": blob.size, "pointerSize": len(blob.pointer)}
    if expand:
        found["lastCommit"] = {"id": "0" * 40, "title": "", "date": DATE}
    return found


@route("xet", "GET", "/api/datasets/{repo}/xet-write-token/([^/]+)")
def xet(hub: HubServer, request: Request) -> Answer:
    hub.readable(request)
    if not hub.xet:
        raise Problem(404, "no Xet here")
    return give({"accessToken": "xet_short_lived", "casUrl": f"{hub.address}/cas", "exp": 4_000_000_000})


@route("tree", "GET", "/api/datasets/{repo}/tree/([^/]+)(?:/(.*))?")
def tree(hub: HubServer, request: Request) -> Answer:
    repo, folder = hub.readable(request), request.parts[3].strip("/")
    files = repo.resolve(request.parts[2]).tree
    recursive = request.query.get("recursive", "").lower() in ("true", "1")
    expand = request.query.get("expand", "").lower() in ("true", "1")
    prefix = f"{folder}/" if folder else ""
    entries: dict[str, dict[str, Any]] = {}
    for path, blob in sorted(files.items()):
        if not path.startswith(prefix):
            continue
        steps = path[len(prefix) :].split("/")
        for depth in range(1, len(steps)):
            inner = prefix + "/".join(steps[:depth])
            if recursive or depth == 1:
                entries.setdefault(inner, {"type": "directory", "oid": "0" * 40, "size": 0, "path": inner})
        if recursive or len(steps) == 1:
            entries[path] = _entry(path, blob, expand)
    if folder and not entries:
        raise Problem(404, f"no folder {folder}", "EntryNotFound")
    at = f"/api/datasets/{repo.name}/tree/{quote(request.parts[2], safe='')}"
    return _paged(hub, request, f"{at}/{quote(folder)}" if folder else at, list(entries.values()))


@route("paths_info", "POST", "/api/datasets/{repo}/paths-info/([^/]+)")
def paths_info(hub: HubServer, request: Request) -> Answer:
    repo = hub.readable(request)
    asked = parse_qs(request.body.decode())
    files = repo.resolve(request.parts[2]).tree
    expand = asked.get("expand", [""])[0].lower() in ("true", "1")
    found = []
    for path in asked.get("paths", []):
        if path in files:
            found.append(_entry(path, files[path], expand))
        elif any(one.startswith(f"{path}/") for one in files):
            found.append({"type": "directory", "oid": "0" * 40, "size": 0, "path": path})
    return give(found)


@route("resolve", "GET HEAD", "/datasets/{repo}/resolve/([^/]+)/(.*)")
def resolve(hub: HubServer, request: Request) -> Answer:
    repo, path = hub.readable(request), request.parts[3]
    commit = repo.resolve(request.parts[2])
    blob = commit.tree.get(path)
    if blob is None:
        raise Problem(404, f"no file {path}", "EntryNotFound")
    headers = {
        "ETag": f'"{blob.sha256 if blob.large else blob.oid}"',
        "X-Repo-Commit": commit.oid,
        "X-Linked-Size": str(blob.size),
        "Accept-Ranges": "bytes",
        "Content-Type": "application/octet-stream",
    }
    if request.method == "HEAD":
        return Answer(200, b"", headers, blob.size)
    content = repo.content(blob)
    if wanted := request.headers.get("range"):
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        end = min(int(last) + 1 if last else len(content), len(content))
        headers["Content-Range"] = f"bytes {first}-{end - 1}/{len(content)}"
        return Answer(206, content[int(first) : end], headers)
    return Answer(200, content, headers)


@route("discussions", "GET", "/api/datasets/{repo}/discussions")
def discussions(hub: HubServer, request: Request) -> Answer:
    repo = hub.readable(request)
    every = list(reversed(repo.discussions))
    if request.query.get("type") == "pull_request":
        every = [one for one in every if one.pull_request]
    if (status := request.query.get("status", "all")) != "all":
        every = [one for one in every if (one.status in ("open", "draft")) == (status == "open")]
    start = int(request.query.get("p", 0)) * hub.page
    page = [_short(repo, one) for one in every[start : start + hub.page]]
    return give({"count": len(every), "start": start, "discussions": page})


def _short(repo: Repo, one: Discussion) -> dict[str, Any]:
    return {
        "num": one.num, "title": one.title, "author": {"name": one.author}, "createdAt": DATE, "status": one.status,
        "repo": {"name": repo.name, "type": "dataset"}, "isPullRequest": one.pull_request,
    }  # fmt: skip


@route("discussion", "GET", r"/api/datasets/{repo}/discussions/(\d+)")
def discussion(hub: HubServer, request: Request) -> Answer:
    repo = hub.readable(request)
    one = repo.discussion(int(request.parts[2]))
    changes: dict[str, Any] = {"base": "refs/heads/main"}
    if one.merged:
        changes["mergeCommitId"] = one.merged
    return give({**_short(repo, one), "events": one.events, "changes": changes, "filesWithConflicts": [], "diff": ""})
