// openid-client: everything that the server names and this library knows.

import assert from 'node:assert/strict';
import * as client from 'openid-client';
import { ask, run, told, verify, works } from './driver.mjs';

const insecure = { algorithm: 'oauth2', execute: [client.allowInsecureRequests] };

async function discover(who, authentication) {
  return client.discovery(new URL(told.issuer), who.id, undefined, authentication, insecure);
}

async function machines() {
  const { machine, resource } = told;
  for (const how of [client.ClientSecretBasic, client.ClientSecretPost]) {
    const config = await discover(machine, how(machine.secret));
    const tokens = await client.clientCredentialsGrant(config, { scope: machine.scope });
    assert.equal(tokens.token_type, 'bearer');
    assert.equal(tokens.scope, machine.scope);
    assert.equal(tokens.refresh_token, undefined);
    await verify(tokens.access_token, config.serverMetadata(), machine.id);
    works(`client credentials with ${how.name}`);
    const wrong = await discover(machine, how('wrong'));
    await assert.rejects(client.clientCredentialsGrant(wrong), { code: 'OAUTH_WWW_AUTHENTICATE_CHALLENGE', status: 401 });

    if (!config.serverMetadata().introspection_endpoint) continue;
    const server = await discover(resource, client.ClientSecretBasic(resource.secret));
    const known = await client.tokenIntrospection(server, tokens.access_token);
    assert.equal(known.active, true);
    assert.equal(known.client_id, machine.id);
    await client.tokenRevocation(config, tokens.access_token);
    assert.deepEqual(await client.tokenIntrospection(server, tokens.access_token), { active: false });
    works('introspection and revocation');
  }
}

async function people() {
  const { app, resource } = told;
  const config = await discover(app, client.None());
  if (!config.serverMetadata().authorization_endpoint) return;
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: app.redirect,
    scope: app.scope,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
  });
  const back = await ask({ authorize: url.href });
  const checks = { pkceCodeVerifier: verifier, expectedState: state };
  const first = await client.authorizationCodeGrant(config, new URL(back), checks);
  await verify(first.access_token, config.serverMetadata(), app.id);
  await assert.rejects(client.authorizationCodeGrant(config, new URL(back), checks), { error: 'invalid_grant' });
  works('authorization code with PKCE');
  await refresh(config, resource, await again(config, app));
  works('refresh');

  const device = await client.initiateDeviceAuthorization(config, { scope: app.scope });
  await ask({ device: device.verification_uri_complete ?? device.verification_uri, code: device.user_code });
  const tokens = await client.pollDeviceAuthorizationGrant(config, device);
  await verify(tokens.access_token, config.serverMetadata(), app.id);
  works('device sign-in');
}

/** Another grant: the code that was tried twice has taken the first one with it. */
async function again(config, app) {
  const verifier = client.randomPKCECodeVerifier();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: app.redirect,
    scope: app.scope,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  const back = await ask({ authorize: url.href });
  return client.authorizationCodeGrant(config, new URL(back), { pkceCodeVerifier: verifier });
}

async function refresh(config, resource, tokens) {
  const next = await client.refreshTokenGrant(config, tokens.refresh_token);
  assert.ok(next.access_token && next.refresh_token);
  assert.notEqual(next.refresh_token, tokens.refresh_token);
  if (!config.serverMetadata().revocation_endpoint) return;
  const server = await discover(resource, client.ClientSecretBasic(resource.secret));
  assert.equal((await client.tokenIntrospection(server, next.access_token)).active, true);
  await client.tokenRevocation(config, next.refresh_token);
  assert.deepEqual(await client.tokenIntrospection(server, next.access_token), { active: false });
  await assert.rejects(client.refreshTokenGrant(config, next.refresh_token), { error: 'invalid_grant' });
}

run(async () => {
  await machines();
  await people();
});
