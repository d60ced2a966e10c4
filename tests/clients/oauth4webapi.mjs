// oauth4webapi: everything that the server names, every message by itself, each answer checked by the library to the letter.

import assert from 'node:assert/strict';
import * as oauth from 'oauth4webapi';
import { ask, run, told, verify, works } from './driver.mjs';

const insecure = { [oauth.allowInsecureRequests]: true };

async function discover() {
  const issuer = new URL(told.issuer);
  const answer = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure });
  const server = await oauth.processDiscoveryResponse(issuer, answer);
  works('discovery');
  return server;
}

async function machines(server) {
  const { machine, resource } = told;
  const client = { client_id: machine.id };
  for (const how of [oauth.ClientSecretBasic, oauth.ClientSecretPost]) {
    const wanted = new URLSearchParams({ scope: machine.scope });
    const asked = await oauth.clientCredentialsGrantRequest(server, client, how(machine.secret), wanted, insecure);
    const tokens = await oauth.processClientCredentialsResponse(server, client, asked);
    await verify(tokens.access_token, server, machine.id);
    works(`client credentials with ${how.name}`);
    const wrong = await oauth.clientCredentialsGrantRequest(server, client, how('wrong'), wanted, insecure);
    await assert.rejects(oauth.processClientCredentialsResponse(server, client, wrong), (error) => {
      return error instanceof oauth.WWWAuthenticateChallengeError || error.error === 'invalid_client';
    });

    if (!server.introspection_endpoint) continue;
    const introspect = async () => {
      const reader = { client_id: resource.id };
      const by = how(resource.secret);
      const answer = await oauth.introspectionRequest(server, reader, by, tokens.access_token, insecure);
      return oauth.processIntrospectionResponse(server, reader, answer);
    };
    assert.equal((await introspect()).active, true);
    const gone = await oauth.revocationRequest(server, client, how(machine.secret), tokens.access_token, insecure);
    assert.equal(await oauth.processRevocationResponse(gone), undefined);
    assert.deepEqual(await introspect(), { active: false });
    works('introspection and revocation');
  }
}

async function people(server) {
  if (!server.authorization_endpoint) return;
  const { app } = told;
  const client = { client_id: app.id };
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const url = new URL(server.authorization_endpoint);
  url.searchParams.set('client_id', app.id);
  url.searchParams.set('redirect_uri', app.redirect);
  url.searchParams.set('response_type', 'code');
  url.searchParams.set('scope', app.scope);
  url.searchParams.set('code_challenge', await oauth.calculatePKCECodeChallenge(verifier));
  url.searchParams.set('code_challenge_method', 'S256');
  url.searchParams.set('state', state);
  const back = new URL(await ask({ authorize: url.href }));
  const params = oauth.validateAuthResponse(server, client, back, state);
  const asked = await oauth.authorizationCodeGrantRequest(server, client, oauth.None(), params, app.redirect, verifier, insecure);
  const first = await oauth.processAuthorizationCodeResponse(server, client, asked);
  await verify(first.access_token, server, app.id);
  works('authorization code with PKCE');

  const refresh = async (token) => {
    const answer = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), token, insecure);
    return oauth.processRefreshTokenResponse(server, client, answer);
  };
  const second = await refresh(first.refresh_token);
  const repeated = await refresh(first.refresh_token);
  assert.equal(repeated.refresh_token, second.refresh_token, 'the same successor, as long as nobody has used it');
  const third = await refresh(second.refresh_token);
  await assert.rejects(refresh(first.refresh_token), { error: 'invalid_grant' });
  await assert.rejects(refresh(third.refresh_token), { error: 'invalid_grant' }, 'what is used again ends its family');
  works('refresh');

  await device(server, client, app);
}

async function device(server, client, app) {
  const wanted = new URLSearchParams({ scope: app.scope });
  const began = await oauth.deviceAuthorizationRequest(server, client, oauth.None(), wanted, insecure);
  const device = await oauth.processDeviceAuthorizationResponse(server, client, began);
  const poll = async () => {
    const answer = await oauth.deviceCodeGrantRequest(server, client, oauth.None(), device.device_code, insecure);
    return oauth.processDeviceCodeResponse(server, client, answer);
  };
  await assert.rejects(poll(), { error: 'authorization_pending' });
  await ask({ device: device.verification_uri_complete ?? device.verification_uri, code: device.user_code });
  await new Promise((resolve) => setTimeout(resolve, (device.interval ?? 5) * 1000));
  const tokens = await poll();
  await verify(tokens.access_token, server, app.id);
  works('device sign-in');
}

run(async () => {
  const server = await discover();
  await machines(server);
  await people(server);
});
