"""What the drivers in this language share: what they are told, what they ask for, and what they claim."""

import json
import os
import sys

import requests
from joserfc import jwt
from joserfc.jwk import KeySet

# What the test tells: the issuer, clients with their secrets, and what they may ask for.
TOLD = json.loads(os.environ["LATCHKEY_TOLD"])
ISSUER = TOLD["issuer"]


def ask(question):
    """Asks whoever sits before the browser to do something; gives the answer."""
    print(json.dumps(question), flush=True)
    answer = sys.stdin.readline()
    assert answer, "the test has gone away"
    return answer.strip()


def works(what):
    """Says that something works."""
    print(json.dumps({"works": what}), flush=True)


def discover():
    """The server's metadata (RFC 8414 §3)."""
    answer = requests.get(f"{ISSUER}/.well-known/oauth-authorization-server", timeout=10)
    answer.raise_for_status()
    server = answer.json()
    assert server["issuer"] == ISSUER
    works("discovery")
    return server


def verify(token, server, subject):
    """Checks an access token offline, as a resource server does (RFC 9068 §4)."""
    keys = KeySet.import_key_set(requests.get(server["jwks_uri"], timeout=10).json())
    decoded = jwt.decode(token, keys, algorithms=["EdDSA", "Ed25519"])
    assert decoded.header["typ"] == "at+jwt"
    wanted = {name: {"essential": True} for name in ("sub", "iat", "jti", "sid")}
    wanted["iss"] = {"essential": True, "value": ISSUER}
    wanted["aud"] = {"essential": True, "value": ISSUER}
    wanted["client_id"] = {"essential": True, "value": subject}
    jwt.JWTClaimsRegistry(**wanted).validate(decoded.claims)
    try:
        jwt.decode(token[:-6] + "AAAAAA", keys, algorithms=["EdDSA", "Ed25519"])
    except Exception:
        return decoded.claims
    raise AssertionError("a changed signature was taken for a good one")


def refused(error, call, *arguments, **named):
    """The call is refused by the server, for this reason."""
    try:
        call(*arguments, **named)
    except Exception as why:
        assert getattr(why, "error", None) == error, repr(why)
        return
    raise AssertionError(f"{error} was expected")
