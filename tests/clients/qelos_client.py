"""qelos-sdk, as it is published: everything of it that the server's door for it answers."""

import asyncio
import json
import re
import time
from datetime import datetime, timedelta, timezone

from driver import ISSUER, TOLD, works
from qelos_sdk import QelosAPIError, QelosSDK, QelosSDKOptions
from qelos_sdk.administrator import QelosAdministratorSDK

ANNA, BOB, ROOT = (TOLD["people"][name] for name in ("anna", "bob", "root"))


def in_future(**span):
    """An instant, as the wire has it."""
    return (datetime.now(timezone.utc) + timedelta(**span)).isoformat()


def sdk_of(sdk=QelosSDK, **options):
    return sdk(QelosSDKOptions(app_url=ISSUER, **options))


async def signed_in(who, sdk=QelosSDK):
    one = sdk_of(sdk)
    payload = (await one.authentication.oauth_signin(who))["payload"]
    assert payload["token"] and payload["refreshToken"]
    assert payload["user"]["username"] == who["username"]
    return one


async def fails(request, message=""):
    """The server refuses the request, in words that contain these."""
    try:
        await request
    except Exception as why:
        assert re.search(message, str(why)), repr(why)
        return
    raise AssertionError("a refusal was expected")


async def answered(request, status):
    """The answer that some methods of the SDK give as it is."""
    answer = await request
    assert answer.status_code == status, answer.text
    return answer


async def cookies():
    async def from_here(_url, _again):
        return {"origin": ISSUER}

    # Each part of the SDK has a client of its own, and each client a jar.
    sdk = sdk_of(extra_headers=from_here)
    await fails(sdk.authentication.signin({**ANNA, "password": "wrong"}), "failed to login")
    answer = await sdk.authentication.signin(ANNA)
    assert answer["payload"]["user"]["email"] == ANNA["username"] and "token" not in answer["payload"]
    assert "HttpOnly" in answer["headers"]["set-cookie"]
    me = await sdk.authentication.get_logged_in_user()
    assert me["_id"] == answer["payload"]["user"]["_id"]
    await answered(sdk.authentication.logout(), 200)
    await fails(sdk.authentication.get_logged_in_user())
    works("cookie sign-in with a jar")


async def oauth():
    sdk = await signed_in(ANNA)
    me = await sdk.authentication.get_logged_in_user()
    assert isinstance(me["roles"], list) and isinstance(me["metadata"], dict)
    await fails(sdk_of().authentication.oauth_signin({**ANNA, "password": "wrong"}))
    works("OAuth sign-in")

    before = sdk.authentication.access_token
    payload = (await sdk.authentication.refresh_token())["payload"]
    assert payload["token"] != before
    assert (await sdk.authentication.get_logged_in_user())["_id"] == me["_id"]
    kept = sdk_of(refresh_token=payload["refreshToken"])
    assert (await kept.authentication.get_logged_in_user())["_id"] == me["_id"]
    works("refresh")

    five = await asyncio.gather(*(kept.authentication.refresh_token() for _ in range(5)))
    for answer in five:
        one = sdk_of(access_token=answer["payload"]["token"], refresh_token=answer["payload"]["refreshToken"])
        assert (await one.authentication.get_logged_in_user())["_id"] == me["_id"]
    await kept.authentication.refresh_token()
    works("five refreshes at once")

    changed = await sdk.authentication.update_logged_in_user({"firstName": "José", "lastName": "O'Brien-Smith"})
    assert changed["firstName"] == "José"
    assert (await sdk.authentication.get_logged_in_user())["lastName"] == "O'Brien-Smith"
    await answered(sdk.authentication.logout(), 200)
    await fails(sdk.authentication.get_logged_in_user())
    works("the logged-in user, seen and changed")


async def api_tokens():
    sdk = await signed_in(ANNA)
    me = await sdk.authentication.get_logged_in_user()
    made = await sdk.authentication.create_api_token({"nickname": "CI from Python", "expiresAt": in_future(days=1)})
    token, row = made["token"], made["apiToken"]
    assert re.fullmatch("ql_[0-9a-f]{64}", token) and token.startswith(row["tokenPrefix"])
    assert row["_id"] in [other["_id"] for other in await sdk.authentication.list_api_tokens()]
    await fails(sdk.authentication.create_api_token({"nickname": "late", "expiresAt": "2020-01-01T00:00:00Z"}))

    program = sdk_of(api_token=token)
    assert program.authentication.is_api_token_auth
    assert (await program.authentication.get_logged_in_user())["_id"] == me["_id"]
    assert (await sdk_of().authentication.api_token_signin(token))["email"] == ANNA["username"]
    works("API tokens, created, listed and used")

    refusal = "API token management is not allowed via token authentication"
    await fails(program.authentication.list_api_tokens(), refusal)
    await fails(program.authentication.create_api_token({"nickname": "x", "expiresAt": in_future(days=1)}), refusal)
    await fails(program.authentication.delete_api_token(row["_id"]), refusal)
    works("no management by a token")

    await sdk.authentication.delete_api_token(row["_id"])
    await fails(program.authentication.get_logged_in_user())
    works("a token that was revoked")

    await expires(sdk, me)
    works("a token that expires in three seconds")


async def expires(sdk, me):
    """A machine that is busy may take longer than three seconds to use a token: then another one gets more."""
    for seconds in (3, 12, 40):
        ends = time.time() + seconds
        wanted = {"nickname": f"good for {seconds} seconds in Python", "expiresAt": in_future(seconds=seconds)}
        brief = sdk_of(api_token=(await sdk.authentication.create_api_token(wanted))["token"])
        try:
            assert (await brief.authentication.get_logged_in_user())["_id"] == me["_id"]
        except QelosAPIError:
            assert time.time() >= ends, "it is refused before its time is over"
            continue
        await asyncio.sleep(ends + 0.2 - time.time())
        return await fails(brief.authentication.get_logged_in_user())
    raise AssertionError("no token was used before its time was over")


async def workspaces():
    sdk = await signed_in(ANNA)
    made = await sdk.workspaces.create({"name": "East", "labels": ["pro"]})
    west = await sdk.workspaces.create({"name": "West"})
    assert (made["name"], made["labels"], made["isPrivilegedUser"]) == ("East", ["pro"], True)
    assert made["_id"] in [row["_id"] for row in await sdk.workspaces.get_list()]
    assert [member["roles"] for member in await sdk.workspaces.get_members(made["_id"])] == [["admin", "user"]]
    assert (await sdk.workspaces.update(made["_id"], {"name": "East Inc."}))["labels"] == ["pro"]
    assert (await sdk.workspaces.get_workspace(made["_id"]))["name"] == "East Inc."
    await fails(sdk.workspaces.get_workspace(TOLD["foreign"]))
    await sdk.workspaces.activate(made["_id"])
    assert (await sdk.authentication.get_logged_in_user())["workspace"]["_id"] == made["_id"]
    await answered(sdk.workspaces.remove(made["_id"]), 400)
    works("workspaces, created, changed and activated")

    locked = await sdk.authentication.create_api_token(
        {"nickname": "locked in Python", "workspace": made["_id"], "expiresAt": in_future(days=1)}
    )
    program = sdk_of(api_token=locked["token"])
    assert [row["_id"] for row in await program.workspaces.get_list()] == [made["_id"]]
    await fails(program.workspaces.get_workspace(west["_id"]))
    await fails(program.workspaces.activate(west["_id"]))
    works("a token locked to a workspace")

    await invites(sdk, west)
    await sdk.workspaces.activate(west["_id"])
    await answered(sdk.workspaces.remove(made["_id"]), 200)
    await fails(program.authentication.get_logged_in_user())
    works("a workspace that was removed")


async def invites(host, workspace):
    """The SDK answers invitations; it has no method that sends one."""

    async def send():
        body = json.dumps({"email": BOB["username"], "roles": ["viewer"]})
        headers = {"content-type": "application/json"}
        path = f"/v1/workspaces/{workspace['_id']}/invites"
        await answered(host.call_api(path, method="POST", headers=headers, body=body), 201)

    guest = await signed_in(BOB)
    await send()
    assert [row["workspace"]["_id"] for row in await guest.invites.get_list()] == [workspace["_id"]]
    await answered(guest.invites.decline_workspace(workspace["_id"]), 200)
    assert await guest.invites.get_list() == []
    await send()
    answer = await answered(guest.invites.accept_workspace(workspace["_id"]), 200)
    assert answer.json() == {"success": True}
    assert workspace["_id"] in [row["_id"] for row in await guest.workspaces.get_list()]
    works("invites, declined and accepted")


async def administration():
    sdk = await signed_in(ROOT, QelosAdministratorSDK)
    credentials = {"username": "dora@example.com", "password": "copper-lantern-walks-19"}
    made = await sdk.users.create({**credentials, "firstName": "Dora", "lastName": "Ruiz", "roles": ["user", "auditor"]})
    assert (made["username"], made["roles"]) == (credentials["username"], ["user", "auditor"])
    await signed_in(credentials)
    found = await sdk.users.get_list({"username": credentials["username"], "exact": "true"})
    assert [row["_id"] for row in found] == [made["_id"]]
    assert [row["_id"] for row in await sdk.users.get_list({"roles": ["auditor"]})] == [made["_id"]]
    assert (await sdk.users.update(made["_id"], {"lastName": "Sol"}))["lastName"] == "Sol"
    assert (await sdk.users.get_user(made["_id"]))["lastName"] == "Sol"
    await answered(sdk.users.remove(made["_id"]), 200)
    await fails(sdk.users.get_user(made["_id"]))
    works("users of an administrator")

    assert "admin" in await sdk.roles.get_existing_roles()
    assert "West" in [row["name"] for row in await sdk.admin_workspaces.get_list()]
    plain = await signed_in(ANNA, QelosAdministratorSDK)
    await fails(plain.users.get_list())
    await fails(plain.admin_workspaces.get_list())
    works("roles and all workspaces")
    await configuration(sdk)


async def configuration(sdk):
    """Switching tokens off suspends those that exist; switching them on again restores them."""
    key = "auth-configuration"
    owner = await signed_in(ANNA)
    made = await owner.authentication.create_api_token({"nickname": "switched in Python", "expiresAt": in_future(days=1)})
    program = sdk_of(api_token=made["token"])
    shown = await sdk.manage_configurations.get_configuration(key)
    assert shown["metadata"]["allowUserTokenAuthentication"] is True
    await sdk.manage_configurations.update(key, {"metadata": {"allowUserTokenAuthentication": False}})
    await fails(program.authentication.get_logged_in_user())
    await sdk.manage_configurations.update(key, {"metadata": {"allowUserTokenAuthentication": True}})
    assert (await program.authentication.get_logged_in_user())["username"] == ANNA["username"]
    works("configuration: off suspends, on restores")


async def main():
    for chapter in (cookies, oauth, api_tokens, workspaces, administration):
        await chapter()


asyncio.run(main())
