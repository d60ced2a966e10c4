"""requests-oauthlib: everything that the server names and this library knows."""

import os

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

import requests
from driver import TOLD, ask, discover, refused, verify, works
from oauthlib.oauth2 import BackendApplicationClient
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session


def machines(server):
    machine, resource = TOLD["machine"], TOLD["resource"]
    ways = {
        "basic": {"auth": HTTPBasicAuth(machine["id"], machine["secret"])},
        "post": {"client_id": machine["id"], "client_secret": machine["secret"], "include_client_id": True},
    }
    for how, shown in ways.items():
        session = OAuth2Session(client=BackendApplicationClient(machine["id"], scope=machine["scope"].split()))
        token = session.fetch_token(server["token_endpoint"], **shown)
        assert token["scope"] == machine["scope"].split(), token
        verify(token["access_token"], server, machine["id"])
        works(f"client credentials with {how}")

        if "introspection_endpoint" not in server:
            continue
        reader = HTTPBasicAuth(resource["id"], resource["secret"])
        asked = {"token": token["access_token"]}

        def introspect():
            return requests.post(server["introspection_endpoint"], data=asked, auth=reader, timeout=10).json()

        assert introspect()["active"] is True
        holder = HTTPBasicAuth(machine["id"], machine["secret"])
        assert requests.post(server["revocation_endpoint"], data=asked, auth=holder, timeout=10).status_code == 200
        assert introspect() == {"active": False}
        works("introspection and revocation")

    session = OAuth2Session(client=BackendApplicationClient(machine["id"]))
    refused("invalid_client", session.fetch_token, server["token_endpoint"], auth=HTTPBasicAuth(machine["id"], "wrong"))


def people(server):
    if "authorization_endpoint" not in server:
        return
    app = TOLD["app"]
    session = OAuth2Session(app["id"], redirect_uri=app["redirect"], scope=app["scope"].split(), pkce="S256")
    url, _ = session.authorization_url(server["authorization_endpoint"])
    back = ask({"authorize": url})
    token = session.fetch_token(server["token_endpoint"], authorization_response=back, include_client_id=True)
    verify(token["access_token"], server, app["id"])
    works("authorization code with PKCE")

    first = token["refresh_token"]
    second = session.refresh_token(server["token_endpoint"], refresh_token=first, client_id=app["id"])
    assert second["refresh_token"] != first
    third = session.refresh_token(server["token_endpoint"], refresh_token=second["refresh_token"], client_id=app["id"])
    refused("invalid_grant", session.refresh_token, server["token_endpoint"], refresh_token=first, client_id=app["id"])
    assert third["access_token"] != second["access_token"]
    works("refresh")


METADATA = discover()
machines(METADATA)
people(METADATA)
