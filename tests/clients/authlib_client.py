"""Authlib: everything that the server names and this library knows."""

import os

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from driver import TOLD, ask, discover, refused, verify, works


def machines(server):
    machine, resource = TOLD["machine"], TOLD["resource"]
    for how in ("client_secret_basic", "client_secret_post"):
        session = OAuth2Session(machine["id"], machine["secret"], token_endpoint_auth_method=how)
        session.introspection_endpoint_auth_method = session.revocation_endpoint_auth_method = how
        token = session.fetch_token(server["token_endpoint"], grant_type="client_credentials", scope=machine["scope"])
        assert token["token_type"] == "Bearer" and token["scope"] == machine["scope"], token
        verify(token["access_token"], server, machine["id"])
        works(f"client credentials with {how}")
        wrong = OAuth2Session(machine["id"], "wrong", token_endpoint_auth_method=how)
        refused("invalid_client", wrong.fetch_token, server["token_endpoint"], grant_type="client_credentials")

        if "introspection_endpoint" not in server:
            continue
        reader = OAuth2Session(
            resource["id"],
            resource["secret"],
            token_endpoint_auth_method=how,
            introspection_endpoint_auth_method=how,
        )
        known = reader.introspect_token(server["introspection_endpoint"], token=token["access_token"]).json()
        assert known["active"] is True and known["client_id"] == machine["id"], known
        gone = session.revoke_token(server["revocation_endpoint"], token=token["access_token"])
        assert gone.status_code == 200, gone.text
        known = reader.introspect_token(server["introspection_endpoint"], token=token["access_token"]).json()
        assert known == {"active": False}, known
        works("introspection and revocation")


def people(server):
    if "authorization_endpoint" not in server:
        return
    app = TOLD["app"]
    session = OAuth2Session(
        app["id"],
        scope=app["scope"],
        redirect_uri=app["redirect"],
        code_challenge_method="S256",
        token_endpoint_auth_method="none",
    )
    secret = generate_token(48)
    url, _ = session.create_authorization_url(server["authorization_endpoint"], code_verifier=secret)
    back = ask({"authorize": url})
    token = session.fetch_token(server["token_endpoint"], authorization_response=back, code_verifier=secret)
    verify(token["access_token"], server, app["id"])
    works("authorization code with PKCE")

    first = token["refresh_token"]
    second = session.refresh_token(server["token_endpoint"], refresh_token=first)
    assert second["refresh_token"] != first
    third = session.refresh_token(server["token_endpoint"], refresh_token=second["refresh_token"])
    refused("invalid_grant", session.refresh_token, server["token_endpoint"], refresh_token=first)
    refused("invalid_grant", session.refresh_token, server["token_endpoint"], refresh_token=third["refresh_token"])
    works("refresh")


METADATA = discover()
machines(METADATA)
people(METADATA)
