// @qelos/sdk, as it is published: everything of it that the server's door for it answers.

import assert from 'node:assert/strict';
import { register } from 'node:module';
import { run, told, works } from './driver.mjs';

register(new URL('./qelos_modules.mjs', import.meta.url));
const { default: QelosSDK } = await import('@qelos/sdk');
const { default: QelosAdministratorSDK } = await import('@qelos/sdk/administrator');

const appUrl = told.issuer;
const { anna, bob, root } = told.people;

/** When something ends that has to last for a while. */
const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString();

/** Keeps the cookies of one browser, and says where a request comes from, as browsers do. */
function browserFetch() {
  const jar = new Map();
  return async (url, init = {}) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...init.headers, origin: appUrl, ...(cookie && { cookie }) };
    const answer = await fetch(url, { ...init, headers });
    for (const line of answer.headers.getSetCookie()) {
      const [name, value] = line.split(';')[0].split(/=(.*)/s);
      if (value === '' || /max-age=0/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  };
}

async function signedIn(who, Sdk = QelosSDK) {
  const sdk = new Sdk({ appUrl });
  const { payload } = await sdk.authentication.oAuthSignin(who);
  assert.ok(payload.token && payload.refreshToken);
  assert.equal(payload.user.username, who.username);
  return sdk;
}

/** The request fails with this status; the SDK keeps the body of the answer in `details`. */
async function fails(request, message) {
  await assert.rejects(request, (error) => {
    assert.match(error.message, message);
    return true;
  });
}

/** The answer that some methods of the SDK give as it is. */
async function answered(request, status) {
  const answer = await request;
  assert.equal(answer.status, status, await answer.clone().text());
  return answer;
}

async function cookies() {
  Object.assign(globalThis, { window: {}, document: {}, navigator: globalThis.navigator ?? {} });
  const sdk = new QelosSDK({ appUrl, fetch: browserFetch() });
  delete globalThis.window;
  delete globalThis.document;
  await assert.rejects(sdk.authentication.signin({ ...anna, password: 'wrong' }), { message: 'failed to login' });
  const { payload, headers } = await sdk.authentication.signin(anna);
  assert.equal(payload.user.email, anna.username);
  assert.equal(payload.token, undefined);
  assert.match(headers['set-cookie'], /HttpOnly/);
  assert.equal((await sdk.authentication.getLoggedInUser())._id, payload.user._id);
  assert.ok(Array.isArray(await sdk.workspaces.getList()));
  await answered(sdk.authentication.logout(), 200);
  await fails(sdk.authentication.getLoggedInUser(), /./);
  works('cookie sign-in in a browser');

  const jar = new QelosSDK({ appUrl, fetch: browserFetch(), extraHeaders: async () => ({}) });
  await jar.authentication.signin(anna);
  assert.equal((await jar.authentication.getLoggedInUser()).username, anna.username);
  await answered(jar.authentication.logout(), 200);
  await fails(jar.authentication.getLoggedInUser(), /./);
  works('cookie sign-in with a jar');
}

async function oauth() {
  const sdk = await signedIn(anna);
  const me = await sdk.authentication.getLoggedInUser();
  for (const field of ['_id', 'username', 'email', 'fullName', 'firstName', 'lastName']) {
    assert.equal(typeof me[field], 'string', field);
  }
  assert.ok(Array.isArray(me.roles) && me.metadata);
  await fails(new QelosSDK({ appUrl }).authentication.oAuthSignin({ ...anna, password: 'wrong' }), /./);
  works('OAuth sign-in');

  const before = sdk.authentication.accessToken;
  const { payload } = await sdk.authentication.refreshToken();
  assert.ok(payload.user && payload.token !== before);
  assert.equal((await sdk.authentication.getLoggedInUser())._id, me._id);
  const kept = new QelosSDK({ appUrl, refreshToken: payload.refreshToken });
  assert.equal((await kept.authentication.getLoggedInUser())._id, me._id, 'a refresh token alone is enough');
  works('refresh');

  const five = await Promise.all(Array.from({ length: 5 }, () => kept.authentication.refreshToken()));
  for (const { payload } of five) {
    const one = new QelosSDK({ appUrl, accessToken: payload.token, refreshToken: payload.refreshToken });
    assert.equal((await one.authentication.getLoggedInUser())._id, me._id);
  }
  works('five refreshes at once');

  const last = await kept.authentication.refreshToken();
  const forced = new QelosSDK({ appUrl, accessToken: 'not-good', refreshToken: last.payload.refreshToken, forceRefresh: true });
  assert.equal((await forced.authentication.getLoggedInUser())._id, me._id);
  works('a refresh that a refusal forces');

  const mine = await signedIn(anna);
  const changed = await mine.authentication.updateLoggedInUser({ firstName: 'José', lastName: "O'Brien-Smith" });
  assert.equal(changed.firstName, 'José');
  assert.equal((await mine.authentication.getLoggedInUser()).lastName, "O'Brien-Smith");
  await answered(mine.authentication.logout(), 200);
  await assert.rejects(mine.authentication.getLoggedInUser());
  works('the logged-in user, seen and changed');
}

async function apiTokens() {
  const sdk = await signedIn(anna);
  const me = await sdk.authentication.getLoggedInUser();
  const { token, apiToken } = await sdk.authentication.createApiToken({ nickname: 'CI', expiresAt: tomorrow() });
  assert.match(token, /^ql_[0-9a-f]{64}$/);
  assert.ok(token.startsWith(apiToken.tokenPrefix));
  assert.equal(apiToken.nickname, 'CI');
  const listed = await sdk.authentication.listApiTokens();
  assert.equal(listed.find((row) => row._id === apiToken._id)?.nickname, 'CI');
  await fails(sdk.authentication.createApiToken({ nickname: '', expiresAt: tomorrow() }), /./);
  await fails(sdk.authentication.createApiToken({ nickname: 'late', expiresAt: '2020-01-01T00:00:00Z' }), /./);

  const program = new QelosSDK({ appUrl, apiToken: token });
  assert.ok(program.authentication.isApiTokenAuth);
  assert.equal((await program.authentication.getLoggedInUser())._id, me._id);
  const other = new QelosSDK({ appUrl });
  assert.equal((await other.authentication.apiTokenSignin(token)).email, anna.username);
  works('API tokens, created, listed and used');

  const refusal = /API token management is not allowed via token authentication/;
  await fails(program.authentication.listApiTokens(), refusal);
  await fails(program.authentication.createApiToken({ nickname: 'more', expiresAt: tomorrow() }), refusal);
  await fails(program.authentication.deleteApiToken(apiToken._id), refusal);
  await fails(program.authentication.updateLoggedInUser({ password: 'violet-anchor-sings-43' }), /./);
  works('no management by a token');

  await sdk.authentication.deleteApiToken(apiToken._id);
  await assert.rejects(program.authentication.getLoggedInUser());
  await assert.rejects(sdk.authentication.deleteApiToken(apiToken._id));
  works('a token that was revoked');

  await expires(sdk, me);
  works('a token that expires in three seconds');
}

/** A machine that is busy may take longer than three seconds to use a token: then another one gets more. */
async function expires(sdk, me) {
  for (const seconds of [3, 12, 40]) {
    const expiresAt = new Date(Date.now() + seconds * 1_000);
    const wanted = { nickname: `good for ${seconds} seconds`, expiresAt: expiresAt.toISOString() };
    const { token } = await sdk.authentication.createApiToken(wanted);
    const brief = new QelosSDK({ appUrl, apiToken: token });
    const seen = await brief.authentication.getLoggedInUser().catch(() => undefined);
    if (!seen && Date.now() >= expiresAt) continue;
    assert.equal(seen?._id, me._id);
    await new Promise((later) => setTimeout(later, expiresAt - Date.now() + 50));
    return assert.rejects(brief.authentication.getLoggedInUser());
  }
  assert.fail('no token was used before its time was over');
}

async function workspaces() {
  const sdk = await signedIn(anna);
  const made = await sdk.workspaces.create({ name: 'North', logo: 'https://example.com/n.png', labels: ['pro'] });
  assert.deepEqual([made.name, made.logo, made.labels, made.isPrivilegedUser], ['North', 'https://example.com/n.png', ['pro'], true]);
  const south = await sdk.workspaces.create({ name: 'South' });
  assert.ok((await sdk.workspaces.getList()).some((row) => row._id === made._id));
  const [member] = await sdk.workspaces.getMembers(made._id);
  assert.deepEqual(member.roles, ['admin', 'user']);
  const changed = await sdk.workspaces.update(made._id, { name: 'North Inc.', labels: ['pro', 'eu'] });
  assert.deepEqual([changed.name, changed.labels, changed.logo], ['North Inc.', ['pro', 'eu'], made.logo]);
  assert.equal((await sdk.workspaces.getWorkspace(made._id)).name, 'North Inc.');
  await fails(sdk.workspaces.getWorkspace(told.foreign), /./);

  assert.equal((await sdk.workspaces.activate(made._id))._id, made._id);
  assert.equal((await sdk.authentication.getLoggedInUser()).workspace._id, made._id);
  await answered(sdk.workspaces.remove(made._id), 400);
  await sdk.workspaces.activate(south._id);
  assert.equal((await sdk.authentication.getLoggedInUser()).workspace._id, south._id);
  works('workspaces, created, changed and activated');

  const locked = await sdk.authentication.createApiToken({ nickname: 'locked', workspace: made._id, expiresAt: tomorrow() });
  assert.equal(locked.apiToken.workspace._id, made._id);
  const program = new QelosSDK({ appUrl, apiToken: locked.token });
  assert.deepEqual((await program.workspaces.getList()).map((row) => row._id), [made._id]);
  assert.equal((await program.authentication.getLoggedInUser()).workspace._id, made._id);
  await fails(program.workspaces.getWorkspace(south._id), /./);
  await fails(program.workspaces.activate(south._id), /./);
  works('a token locked to a workspace');

  await invites(sdk, south);
  await answered(sdk.workspaces.remove(made._id), 200);
  await fails(sdk.workspaces.getWorkspace(made._id), /./);
  await assert.rejects(program.authentication.getLoggedInUser(), 'its token went with it');
  works('a workspace that was removed');
}

/** The SDK answers invitations; it has no method that sends one. */
async function invites(host, workspace) {
  const send = () =>
    fetch(`${appUrl}/v1/workspaces/${workspace._id}/invites`, {
      method: 'POST',
      headers: { authorization: `Bearer ${host.authentication.accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ email: bob.username, roles: ['viewer'] }),
    });
  const guest = await signedIn(bob);
  await answered(send(), 201);
  const [first] = await guest.invites.getList();
  assert.deepEqual([first.workspace._id, first.workspace.name], [workspace._id, 'South']);
  assert.deepEqual(await (await answered(guest.invites.declineWorkspace(workspace._id), 200)).json(), { success: true });
  assert.deepEqual(await guest.invites.getList(), []);
  await answered(guest.invites.acceptWorkspace(workspace._id), 404);
  await answered(send(), 201);
  await answered(guest.invites.acceptWorkspace(workspace._id), 200);
  assert.ok((await guest.workspaces.getList()).some((row) => row._id === workspace._id && !row.isPrivilegedUser));
  assert.equal((await host.workspaces.getMembers(workspace._id)).length, 2);
  works('invites, declined and accepted');
}

async function administration() {
  const sdk = await signedIn(root, QelosAdministratorSDK);
  const credentials = { username: 'carla@example.com', password: 'copper-lantern-walks-19' };
  const made = await sdk.users.create({ ...credentials, firstName: 'Carla', lastName: 'Ruiz', roles: ['user', 'editor'] });
  assert.deepEqual([made.username, made.firstName, made.roles], [credentials.username, 'Carla', ['user', 'editor']]);
  assert.ok(await signedIn(credentials));
  assert.deepEqual((await sdk.users.getList({ username: credentials.username, exact: true })).map((row) => row._id), [made._id]);
  assert.deepEqual((await sdk.users.getList({ roles: ['editor', 'nobody-has-it'] })).map((row) => row._id), [made._id]);
  assert.ok((await sdk.users.getList()).length >= 4);
  const changed = await sdk.users.update(made._id, { lastName: 'Sol', roles: ['user'] });
  assert.deepEqual([changed.lastName, changed.roles], ['Sol', ['user']]);
  assert.equal((await sdk.users.getUser(made._id)).lastName, 'Sol');
  await answered(sdk.users.remove(made._id), 200);
  await fails(sdk.users.getUser(made._id), /./);
  await fails(new QelosSDK({ appUrl }).authentication.oAuthSignin(credentials), /./);
  works('users of an administrator');

  assert.ok((await sdk.roles.getExistingRoles()).includes('admin'));
  const [found] = await sdk.adminWorkspaces.getList({ name: 'South' });
  assert.equal(found.name, 'South');
  const plain = await signedIn(anna, QelosAdministratorSDK);
  await fails(plain.users.getList(), /Administrators alone/);
  await fails(plain.roles.getExistingRoles(), /Administrators alone/);
  await fails(plain.adminWorkspaces.getList(), /Administrators alone/);
  works('roles and all workspaces');
  await configuration(sdk);
}

/** Switching tokens off suspends those that exist; switching them on again restores them. */
async function configuration(sdk) {
  const key = 'auth-configuration';
  const owner = await signedIn(anna);
  const { token, apiToken } = await owner.authentication.createApiToken({ nickname: 'switched', expiresAt: tomorrow() });
  const program = new QelosSDK({ appUrl, apiToken: token });
  const { metadata } = await sdk.manageConfigurations.getConfiguration(key);
  assert.equal(metadata.allowUserTokenAuthentication, true);
  const off = await sdk.manageConfigurations.update(key, { metadata: { allowUserTokenAuthentication: false } });
  assert.equal(off.metadata.allowUserTokenAuthentication, false);
  await assert.rejects(program.authentication.getLoggedInUser());
  await assert.rejects(owner.authentication.createApiToken({ nickname: 'more', expiresAt: tomorrow() }));
  assert.ok((await owner.authentication.listApiTokens()).some((row) => row._id === apiToken._id), 'the list stays open');
  await sdk.manageConfigurations.update(key, { metadata: { allowUserTokenAuthentication: true } });
  assert.equal((await program.authentication.getLoggedInUser()).username, anna.username);
  await fails(owner.callJsonApi(`/api/configurations/${key}`, { method: 'put', body: '{}' }), /./);
  works('configuration: off suspends, on restores');
}

run(async () => {
  await cookies();
  await oauth();
  await apiTokens();
  await workspaces();
  await administration();
});
